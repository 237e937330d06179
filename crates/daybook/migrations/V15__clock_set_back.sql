-- The lead when the database's clock is set back: a lease that was written before ends hours from now, and if whoever holds it
-- dies, nobody could lead for as long.

-- Takes the lead when nobody has it. Returns the new term, or NULL when somebody else leads.
-- The statements come one after the other so that each sees what was committed while the one before it waited.
create or replace function take_leadership(wanted_by text, lease interval) returns bigint
    language plpgsql
    set search_path = pg_catalog, pg_temp
as $$
declare
    new_term bigint;
begin
    -- Another candidate is at it: it will win, or leave the lease as it is.
    perform from public.leader_lease for update skip locked;
    if not found then
        return null;
    end if;
    -- No lease that was renewed by this clock ends so late. Who leads renews it soon, and loses nothing: it has as long as if
    -- it had just done so.
    update public.leader_lease
    set expires_at = clock_timestamp() + lease
    where expires_at > clock_timestamp() + lease;
    update public.leader_lease set holder = wanted_by where expires_at < clock_timestamp();
    if not found then
        return null;
    end if;
    -- Waits for transactions of the former leader that are about to commit.
    update public.leader_term set term = term + 1, began_at = clock_timestamp() returning term into new_term;
    update public.leader_lease
    set term = new_term, renewed_at = clock_timestamp(), expires_at = clock_timestamp() + lease;
    return new_term;
end
$$;
comment on function take_leadership(text, interval) is
    'Takes the lead when nobody has it: the new term, or NULL. Shortens a lease from before the clock was set back.';
