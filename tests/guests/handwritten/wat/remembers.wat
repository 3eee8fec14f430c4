;; Gives up at the second call of an instance.
(global $called (mut i32) (i32.const 0))
(func (export "meshc:weighting/weigher@1.0.0#weigh") (type $weigh)
  (if (global.get $called) (then (unreachable)))
  (global.set $called (i32.const 1))
  (call $answer (i32.const 2048) (i32.const 1)))
