-- orders: one row per marketplace order, normalised (specification 2.1).
--
-- Wider than the specification where design asks for it: amounts hold 16 digits before the point, the key is
-- (platform, order_code) because a code alone is not unique across marketplaces, and the civil times are in the
-- business time zone, so that date(order_date) is the business day.
--
-- A row is a function of the set of versions of its order, not of their order of arrival. The columns under
-- "version" and "memory" hold what the loader needs to merge a version that arrives late; readers can ignore them.

create type order_version as (
    source_updated_at timestamptz,
    ingested_at timestamptz,
    content_hash bigint
);
comment on type order_version is
    'Which version of an order said something: versions are compared field by field, the greatest decides.';

create table orders (
    id bigserial primary key,
    order_code varchar(100) not null,
    platform varchar(20) not null,
    shop_id text,

    customer_id bigint,
    status varchar(50) not null,
    platform_status text,

    currency varchar(3),
    total_amount numeric(18, 2) not null,
    discount_amount numeric(18, 2) default 0,
    final_amount numeric(18, 2) not null,

    region text,

    order_date timestamp not null,
    completed_at timestamp,
    cancelled_at timestamp,

    created_at timestamp default now(),
    updated_at timestamp default now(),

    -- version: which version of the order decides this row
    source_updated_at timestamptz,
    ingested_at timestamptz,
    content_hash bigint,

    -- memory: what other versions said that outlives them
    region_version order_version,
    customer_version order_version,
    first_completed_at timestamp,
    first_cancelled_at timestamp,

    constraint orders_platform_order_code_key unique (platform, order_code),
    constraint orders_status_known check (status in ('pending', 'completed', 'cancelled')),
    -- NaN fits numeric(18, 2); once added up, a day would stay NaN after the order is corrected.
    constraint orders_amounts_are_numbers check (
        total_amount <> 'NaN' and final_amount <> 'NaN' and coalesce(discount_amount, 0) <> 'NaN'
    ),
    constraint orders_dates_are_finite check (
        isfinite(order_date)
        and isfinite(coalesce(completed_at, order_date))
        and isfinite(coalesce(cancelled_at, order_date))
    )
);

create index idx_orders_date_platform on orders (order_date, platform);
create index idx_orders_status on orders (status);

-- Without this the planner guesses one group per order for "group by order_date::date" and never goes parallel.
create statistics orders_business_day on (order_date::date), platform from orders;

comment on table orders is
    'One row per marketplace order, normalised from the raw documents. Key: (platform, order_code).';
comment on column orders.id is 'Surrogate key; says nothing about order of arrival.';
comment on column orders.order_code is 'The marketplace''s own order number, as text; unique within its platform.';
comment on column orders.platform is 'Marketplace: tiktok, shopee or lazada.';
comment on column orders.shop_id is 'The seller account on that marketplace, as the collector names it; NULL when the document does not say.';
comment on column orders.customer_id is 'Buyer id on that platform, NULL when unknown, masked or switched off. Means something only together with platform.';
comment on column orders.status is 'pending, completed or cancelled (docs/metrics.md says which marketplace status becomes which).';
comment on column orders.platform_status is 'Status in the marketplace''s own words; for Lazada the distinct item states.';
comment on column orders.currency is 'ISO 4217 code of the amounts; NULL means the configured business currency.';
comment on column orders.total_amount is 'Value before discounts, shipping included: final_amount + discount_amount.';
comment on column orders.discount_amount is 'Discounts of seller and platform; NULL counts as 0.';
comment on column orders.final_amount is 'What the buyer pays, shipping included.';
comment on column orders.region is 'Province as the newest version that knows it spells it (Unicode NFC); NULL when masked or absent.';
comment on column orders.order_date is 'When the order was placed: civil time in the business time zone, so its date is the business day.';
comment on column orders.completed_at is 'First time seen completed, civil time in the business zone; NULL unless status is completed.';
comment on column orders.cancelled_at is 'First time seen cancelled, civil time in the business zone; NULL unless status is cancelled.';
comment on column orders.created_at is 'When this row was inserted.';
comment on column orders.updated_at is 'When this row last changed.';
comment on column orders.source_updated_at is 'The marketplace''s update time of the version that decides this row; NULL for a row written by hand.';
comment on column orders.ingested_at is 'When the collector stored that version (1970-01-01 when the document does not say).';
comment on column orders.content_hash is 'Hash of that version''s normalised content: breaks ties between equal times.';
comment on column orders.region_version is 'Version that knew the region, when it is not the one that decides the row.';
comment on column orders.customer_version is 'Version that knew the customer, when it is not the one that decides the row.';
comment on column orders.first_completed_at is 'Earliest completion any version told of, kept whatever the present status.';
comment on column orders.first_cancelled_at is 'Earliest cancellation any version told of, kept whatever the present status.';
