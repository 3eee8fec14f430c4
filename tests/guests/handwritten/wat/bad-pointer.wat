;; The answer itself is outside of the memory.
(func (export "meshc:weighting/weigher@1.0.0#weigh") (type $weigh) (i32.const -8))
