(table 1 funcref)
(func (export "meshc:weighting/weigher@1.0.0#weigh") (type $weigh)
  (call_indirect (param) (i32.const 0))
  (unreachable))
