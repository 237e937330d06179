        SELECT stat_date 
        FROM stats_rebuild_queue 
        WHERE needs_rebuild = TRUE
        ORDER BY stat_date
