(func (export "meshc:weighting/weigher@1.0.0#weigh") (type $weigh) (call $answer (i32.const 2048) (i32.add (local.get 10) (i32.const 1))))
