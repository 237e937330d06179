-- What a stretch of days comes to is put together and compared in memory.
set local work_mem = '32MB'
