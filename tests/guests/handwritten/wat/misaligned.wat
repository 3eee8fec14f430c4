(func (export "meshc:weighting/weigher@1.0.0#weigh") (type $weigh) (call $answer (i32.const 2001) (local.get 10)))
