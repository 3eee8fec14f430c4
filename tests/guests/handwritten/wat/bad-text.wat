;; A finding at 2560 whose message is not UTF-8.
(data (i32.const 3000) "\ff\fe")
(func (export "meshc:weighting/weigher@1.0.0#weigh") (type $weigh)
  (i32.store offset=16 (i32.const 2048) (i32.const 2560))
  (i32.store offset=20 (i32.const 2048) (i32.const 1))
  (i32.store offset=12 (i32.const 2560) (i32.const 3000))
  (i32.store offset=16 (i32.const 2560) (i32.const 2))
  (call $answer (i32.const 2048) (i32.const 1)))
