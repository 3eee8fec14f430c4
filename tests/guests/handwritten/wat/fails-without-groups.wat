;; Gives up when it is asked about a service that has no groups.
(func (export "meshc:weighting/weigher@1.0.0#weigh") (type $weigh)
  (local $index i32)
  (block $done
    (loop $next
      (br_if $done (i32.ge_u (local.get $index) (local.get 10)))
      (if (i32.eqz (i32.load offset=36 (i32.add (local.get 9) (i32.mul (local.get $index) (i32.const 56)))))
        (then (unreachable)))
      (local.set $index (i32.add (local.get $index) (i32.const 1)))
      (br $next)))
  (call $answer (i32.const 65536) (local.get 10)))
