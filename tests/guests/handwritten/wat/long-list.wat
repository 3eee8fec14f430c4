;; Claims a list that is longer than its memory.
(func (export "meshc:weighting/weigher@1.0.0#weigh") (type $weigh) (call $answer (i32.const 8) (i32.const 0x7ffffff)))
