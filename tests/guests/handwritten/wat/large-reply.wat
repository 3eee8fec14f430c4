;; Answers with 16 MiB of zeros, which are half a million outcomes.
(func (export "meshc:weighting/weigher@1.0.0#weigh") (type $weigh)
  (drop (memory.grow (i32.const 256)))
  (call $answer (i32.const 65536) (i32.const 524288)))
