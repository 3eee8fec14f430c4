;; Growing past a maximum of one's own answers -1, as the standard says, and is no fault.
(memory $second 1 1)
(func (export "meshc:weighting/weigher@1.0.0#weigh") (type $weigh)
  (if (i32.ne (memory.grow $second (i32.const 1)) (i32.const -1)) (then (unreachable)))
  (call $answer (call $alloc (i32.const 32)) (i32.const 1)))
