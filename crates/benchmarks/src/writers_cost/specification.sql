-- The specification's trigger and queue (2.3 and 3.1), beside daybook's own, which are off.
alter table orders disable trigger all;
create table specified_rebuild_queue (
    stat_date date primary key,
    needs_rebuild boolean default true,
    created_at timestamp default now()
);
create function specified_mark_stats_for_rebuild() returns trigger as $$
begin
    insert into specified_rebuild_queue (stat_date)
    values (date(new.order_date))
    on conflict (stat_date) do update
    set needs_rebuild = true;

    return new;
end;
$$ language plpgsql;
create trigger specified_mark_stats
after insert or update on orders
for each row
execute function specified_mark_stats_for_rebuild();
