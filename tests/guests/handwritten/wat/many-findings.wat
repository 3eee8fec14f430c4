;; 65 findings of zeros for the one service.
(func (export "meshc:weighting/weigher@1.0.0#weigh") (type $weigh)
  (i32.store offset=16 (i32.const 65536) (i32.const 65600))
  (i32.store offset=20 (i32.const 65536) (i32.const 65))
  (call $answer (i32.const 65536) (i32.const 1)))
