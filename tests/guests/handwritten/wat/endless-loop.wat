(func (export "meshc:weighting/weigher@1.0.0#weigh") (type $weigh)
  (loop $forever (br $forever))
  (unreachable))
