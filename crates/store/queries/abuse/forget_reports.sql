UPDATE report SET number = '', outcome = '' WHERE thread IN {list $1}
