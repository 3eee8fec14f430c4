;; Gives every service its own baseline as weights of endpoints.
(func (export "meshc:weighting/weigher@1.0.0#weigh") (type $weigh)
  (local $outcomes i32) (local $index i32) (local $outcome i32) (local $service i32)
  (local.set $outcomes (call $alloc (i32.mul (local.get 10) (i32.const 32))))
  (block $done
    (loop $next
      (br_if $done (i32.ge_u (local.get $index) (local.get 10)))
      (local.set $service (i32.add (local.get 9) (i32.mul (local.get $index) (i32.const 56))))
      (local.set $outcome (i32.add (local.get $outcomes) (i32.mul (local.get $index) (i32.const 32))))
      (i32.store8 (local.get $outcome) (i32.const 1))
      (i32.store offset=8 (local.get $outcome) (i32.load offset=48 (local.get $service)))
      (i32.store offset=12 (local.get $outcome) (i32.load offset=52 (local.get $service)))
      (local.set $index (i32.add (local.get $index) (i32.const 1)))
      (br $next)))
  (call $answer (local.get $outcomes) (local.get 10)))
