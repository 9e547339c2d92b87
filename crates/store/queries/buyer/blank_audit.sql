UPDATE audit SET detail = '' WHERE subject IN {list $1} AND detail <> ''
