(func (export "meshc:weighting/weigher@1.0.0#weigh") (type $weigh) (i32.load (i32.const -8)))
