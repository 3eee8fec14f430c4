(table $table 0 funcref)
(func (export "meshc:weighting/weigher@1.0.0#weigh") (type $weigh)
  (loop $more
    (drop (table.grow $table (ref.null func) (i32.const 1000)))
    (br $more))
  (unreachable))
