UPDATE call SET number = '', phone = '', words = '', agreed = '' WHERE thread IN {list $1}
