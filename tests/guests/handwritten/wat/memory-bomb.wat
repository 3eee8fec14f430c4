(func (export "meshc:weighting/weigher@1.0.0#weigh") (type $weigh)
  (loop $more
    (drop (memory.grow (i32.const 16)))
    (br $more))
  (unreachable))
