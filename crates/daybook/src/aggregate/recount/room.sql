-- What a stretch of days is counted to is put together and compared in memory.
set local work_mem = '32MB'
