UPDATE duty_tick SET words = '', note = '' WHERE thread IN {list $1} OR orders IN {list $2}
