;; Gives every service one weight, however many it has.
(data (i32.const 2048) "\01\00\00\00")
(func (export "meshc:weighting/weigher@1.0.0#weigh") (type $weigh)
  (local $outcomes i32) (local $index i32) (local $outcome i32)
  (local.set $outcomes (call $alloc (i32.mul (local.get 10) (i32.const 32))))
  (block $done
    (loop $next
      (br_if $done (i32.ge_u (local.get $index) (local.get 10)))
      (local.set $outcome (i32.add (local.get $outcomes) (i32.mul (local.get $index) (i32.const 32))))
      (i32.store8 (local.get $outcome) (i32.const 1))
      (i32.store offset=8 (local.get $outcome) (i32.const 2048))
      (i32.store offset=12 (local.get $outcome) (i32.const 1))
      (local.set $index (i32.add (local.get $index) (i32.const 1)))
      (br $next)))
  (call $answer (local.get $outcomes) (local.get 10)))
