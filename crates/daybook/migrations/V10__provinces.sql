-- What marketplaces write as the province, and which province that is. orders.region keeps the marketplace's word; a report
-- is by one division of a country or another, whatever word was used.
--
-- Shipped: Vietnam with its 63 provinces and cities until 30 June 2025, and with the 34 since 1 July 2025 (Resolution
-- 202/2025/QH15 of the National Assembly of 12 June 2025). Other countries are rows of the same table.

create function fold_place_name(name text) returns text
language sql immutable parallel safe
as $$
    select regexp_replace(
        regexp_replace(
            lower(translate(regexp_replace(normalize(name, NFD), '[\u0300-\u036f]', '', 'g'), 'Đđ', 'Dd')),
            '^\s*(tinh\s+|thanh pho\s+|tp\s*\.\s*|tp\s+)|\s+(province|city)\s*$', '', 'g'),
        '[\s[:punct:]–]', '', 'g')
$$;
comment on function fold_place_name(text) is
    'A place name without accents, case, spaces, punctuation and words such as Tỉnh or City: equal for all spellings of one name.';

create table province_names (
    division text not null,
    spelling text not null,
    folded text not null generated always as (fold_place_name(spelling)) stored,
    province text not null,
    primary key (division, folded)
);
comment on table province_names is 'Which province of a division a name stands for; names are compared folded.';
comment on column province_names.division is
    'Division of a country: VN-63 until 30 June 2025, VN-34 since; other countries as you like.';
comment on column province_names.spelling is 'A name as marketplaces write it; one spelling of a name is enough.';
comment on column province_names.folded is 'What is compared: fold_place_name() of the spelling.';
comment on column province_names.province is 'The province, as reports show it.';

with merged (province, old_provinces) as (
    values
        ('Hà Nội', array['Hà Nội']),
        ('Huế', array['Thừa Thiên Huế']),
        ('Lai Châu', array['Lai Châu']),
        ('Điện Biên', array['Điện Biên']),
        ('Sơn La', array['Sơn La']),
        ('Lạng Sơn', array['Lạng Sơn']),
        ('Quảng Ninh', array['Quảng Ninh']),
        ('Thanh Hóa', array['Thanh Hóa']),
        ('Nghệ An', array['Nghệ An']),
        ('Hà Tĩnh', array['Hà Tĩnh']),
        ('Cao Bằng', array['Cao Bằng']),
        ('Tuyên Quang', array['Tuyên Quang', 'Hà Giang']),
        ('Lào Cai', array['Lào Cai', 'Yên Bái']),
        ('Thái Nguyên', array['Thái Nguyên', 'Bắc Kạn']),
        ('Phú Thọ', array['Phú Thọ', 'Vĩnh Phúc', 'Hòa Bình']),
        ('Bắc Ninh', array['Bắc Ninh', 'Bắc Giang']),
        ('Hưng Yên', array['Hưng Yên', 'Thái Bình']),
        ('Hải Phòng', array['Hải Phòng', 'Hải Dương']),
        ('Ninh Bình', array['Ninh Bình', 'Hà Nam', 'Nam Định']),
        ('Quảng Trị', array['Quảng Trị', 'Quảng Bình']),
        ('Đà Nẵng', array['Đà Nẵng', 'Quảng Nam']),
        ('Quảng Ngãi', array['Quảng Ngãi', 'Kon Tum']),
        ('Gia Lai', array['Gia Lai', 'Bình Định']),
        ('Khánh Hòa', array['Khánh Hòa', 'Ninh Thuận']),
        ('Lâm Đồng', array['Lâm Đồng', 'Đắk Nông', 'Bình Thuận']),
        ('Đắk Lắk', array['Đắk Lắk', 'Phú Yên']),
        ('Hồ Chí Minh', array['Hồ Chí Minh', 'Bà Rịa - Vũng Tàu', 'Bình Dương']),
        ('Đồng Nai', array['Đồng Nai', 'Bình Phước']),
        ('Tây Ninh', array['Tây Ninh', 'Long An']),
        ('Cần Thơ', array['Cần Thơ', 'Sóc Trăng', 'Hậu Giang']),
        ('Vĩnh Long', array['Vĩnh Long', 'Bến Tre', 'Trà Vinh']),
        ('Đồng Tháp', array['Đồng Tháp', 'Tiền Giang']),
        ('Cà Mau', array['Cà Mau', 'Bạc Liêu']),
        ('An Giang', array['An Giang', 'Kiên Giang'])
),
old (name, province) as (
    select o.name, m.province from merged m cross join lateral unnest(m.old_provinces) o (name)
),
-- Other names of the old provinces that are in use.
other (spelling, old_name) as (
    values
        ('Huế', 'Thừa Thiên Huế'),
        ('Sài Gòn', 'Hồ Chí Minh'),
        ('HCM', 'Hồ Chí Minh'),
        ('TPHCM', 'Hồ Chí Minh'),
        ('Vũng Tàu', 'Bà Rịa - Vũng Tàu'),
        ('BRVT', 'Bà Rịa - Vũng Tàu'),
        ('Đắc Lắc', 'Đắk Lắk'),
        ('Đắc Nông', 'Đắk Nông'),
        ('Bắc Cạn', 'Bắc Kạn')
),
spelt (spelling, old_name) as (
    select name, name from old union all select spelling, old_name from other
)
insert into province_names (division, spelling, province)
select 'VN-63', s.spelling, s.old_name from spelt s
union all
select 'VN-34', s.spelling, o.province from spelt s join old o on o.name = s.old_name;

-- Every region that has orders, in each division.
create view region_provinces as
select d.division, r.region, n.province
from (select distinct s.key[1] as region from daily_grain_statistics s where s.grain = 'region') r
cross join (select distinct p.division from province_names p) d
left join province_names n on n.division = d.division and n.folded = fold_place_name(r.region);
comment on view region_provinces is
    'Which province each region that has orders stands for, in each division; NULL where no name of the division is like it.';

do $$
declare
    suffix text;
begin
    foreach suffix in array array['', '_live'] loop
        execute format(
            'create view %1$I as
             select
                 p.division, s.stat_date, s.platform, p.province,
                 sum(s.total_orders)::bigint as total_orders,
                 sum(s.completed_orders)::bigint as completed_orders,
                 sum(s.cancelled_orders)::bigint as cancelled_orders,
                 sum(s.pending_orders)::bigint as pending_orders,
                 sum(s.gross_merchandise_value)::numeric(38, 2) as gross_merchandise_value,
                 sum(s.total_revenue)::numeric(38, 2) as total_revenue,
                 sum(s.total_discount)::numeric(38, 2) as total_discount,
                 cancellation_rate(sum(s.cancelled_orders)::bigint, sum(s.total_orders)::bigint)::numeric(5, 2)
                     as cancellation_rate,
                 avg_order_value(sum(s.total_revenue), sum(s.completed_orders)::bigint)::numeric(38, 2)
                     as avg_order_value,
                 bool_and(s.is_final) as is_final
             from %2$I s
             cross join (select distinct n.division from province_names n) d
             left join province_names n on n.division = d.division and n.folded = fold_place_name(s.region)
             cross join lateral (select d.division, n.province) p
             group by p.division, s.stat_date, s.platform, p.province',
            'daily_province_statistics' || suffix, 'daily_region_statistics' || suffix);
    end loop;
end
$$;
comment on view daily_province_statistics is
    'Figures per division, business day, platform and province; ask for one division. NULL is every order whose region is not known, or is no name of the division.';
comment on view daily_province_statistics_live is 'daily_province_statistics as of this very snapshot.';
