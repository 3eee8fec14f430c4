;; Gives up when it is asked about more than one service.
(func (export "meshc:weighting/weigher@1.0.0#weigh") (type $weigh)
  (if (i32.ne (local.get 10) (i32.const 1)) (then (unreachable)))
  (call $answer (i32.const 2048) (i32.const 1)))
