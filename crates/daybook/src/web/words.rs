//! Every word of the pages, in Vietnamese and in English, from one table: a word without its translation does not compile.

use std::str::FromStr;

use order_model::{OrderStatus, Platform};

use super::format::Format;
use crate::access::Role;

/// A language of the pages.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lang {
    /// Vietnamese: what nobody has to choose.
    Vi,
    /// English.
    En,
}

impl Lang {
    /// The code in URLs, cookies and the page's `lang`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Vi => "vi",
            Self::En => "en",
        }
    }

    /// Its words.
    pub fn words(self) -> &'static Words {
        match self {
            Self::Vi => &VI,
            Self::En => &EN,
        }
    }
}

impl FromStr for Lang {
    type Err = ();

    fn from_str(code: &str) -> Result<Self, ()> {
        match code {
            "vi" => Ok(Self::Vi),
            "en" => Ok(Self::En),
            _ => Err(()),
        }
    }
}

/// A sentence with its gaps, written `{name}`, filled.
pub fn fill(sentence: &str, gaps: &[(&str, &dyn std::fmt::Display)]) -> String {
    let mut filled = sentence.to_owned();
    for (name, value) in gaps {
        filled = filled.replace(&format!("{{{name}}}"), &value.to_string());
    }
    filled
}

/// A sentence about a number of things: `{n}` is the number, and of `[one|several]` the fitting form stays.
pub fn counted(format: Format, sentence: &str, n: i64) -> String {
    let filled = fill(sentence, &[("n", &format.count(n))]);
    let Some((before, rest)) = filled.split_once('[') else {
        return filled;
    };
    let forms = rest.split_once(']').and_then(|(forms, after)| {
        let (one, several) = forms.split_once('|')?;
        Some((if n == 1 { one } else { several }, after))
    });
    match forms {
        Some((form, after)) => format!("{before}{form}{after}"),
        None => filled,
    }
}

macro_rules! words {
    ($($(#[$doc:meta])* $name:ident: $vi:literal, $en:literal;)*) => {
        /// The words of one language.
        #[derive(Debug)]
        pub struct Words {
            $($(#[$doc])* pub $name: &'static str,)*
        }

        static VI: Words = Words { $($name: $vi,)* };
        static EN: Words = Words { $($name: $en,)* };

        /// Name, Vietnamese, English.
        #[cfg(test)]
        const ALL: &[(&str, &str, &str)] = &[$((stringify!($name), $vi, $en),)*];
    };
}

words! {
    // Pages and the frame
    overview: "Tổng quan", "Overview";
    trends: "Xu hướng", "Trends";
    platforms: "Các sàn", "Platforms";
    categories: "Danh mục", "Categories";
    regions: "Khu vực", "Regions";
    shops: "Gian hàng", "Shops";
    day: "Ngày", "Day";
    order: "Đơn hàng", "Order";
    operations: "Vận hành", "Operations";
    definitions: "Định nghĩa", "Definitions";
    settings: "Cài đặt", "Settings";
    more: "Thêm", "More";
    search_and_freshness: "Tìm kiếm và độ mới", "Search and freshness";
    main_navigation: "Trang chính", "Main pages";
    skip_to_content: "Chuyển đến nội dung", "Skip to content";
    close: "Đóng", "Close";
    apply: "Áp dụng", "Apply";
    search: "Tìm", "Search";
    search_order: "Tìm mã đơn hàng", "Find an order code";
    language: "Ngôn ngữ", "Language";
    theme: "Giao diện", "Theme";
    theme_auto: "Tự động", "Auto";
    theme_light: "Sáng", "Light";
    theme_dark: "Tối", "Dark";
    keys: "Phím tắt", "Keyboard shortcuts";
    keys_off: "Tắt phím tắt", "Switch shortcuts off";
    keys_on: "Bật phím tắt", "Switch shortcuts on";
    as_of: "Số liệu lúc", "As of";
    complete_through: "Đủ dữ liệu đến", "Complete through";
    time_zone: "Múi giờ", "Time zone";
    sign_in: "Đăng nhập", "Sign in";
    sign_out: "Đăng xuất", "Sign out";
    filters: "Bộ lọc", "Filters";

    // Ranges, comparison, filters
    range: "Khoảng ngày", "Range";
    today: "Hôm nay", "Today";
    yesterday: "Hôm qua", "Yesterday";
    last_7_days: "7 ngày qua", "Last 7 days";
    last_30_days: "30 ngày qua", "Last 30 days";
    last_90_days: "90 ngày qua", "Last 90 days";
    this_week: "Tuần này", "This week";
    last_week: "Tuần trước", "Last week";
    this_month: "Tháng này", "This month";
    last_month: "Tháng trước", "Last month";
    custom: "Tùy chọn", "Custom";
    from: "Từ ngày", "From";
    to: "Đến ngày", "To";
    earlier_period: "Lùi một kỳ", "One period back";
    later_period: "Tiến một kỳ", "One period on";
    compare: "So sánh", "Compare";
    compared_with: "So với {range}", "Against {range}";
    previous_period: "Kỳ trước", "Previous period";
    previous_year: "Cùng kỳ năm trước", "Same time last year";
    same_weekday: "Cùng thứ trước đó", "Same weekdays before";
    no_comparison: "Không so sánh", "No comparison";
    until_time: "tính đến {time}", "up to {time}";
    no_base: "Không có số để so sánh", "Nothing to compare with";
    platform: "Sàn", "Platform";
    all_platforms: "Tất cả sàn", "All platforms";
    shop: "Gian hàng", "Shop";
    all_shops: "Tất cả gian hàng", "All shops";
    unknown: "Không rõ", "Unknown";
    remove_filter: "Bỏ lọc", "Remove filter";

    // Measures
    total_orders: "Tổng đơn hàng", "Orders";
    completed_orders: "Đơn hoàn thành", "Completed orders";
    cancelled_orders: "Đơn hủy", "Cancelled orders";
    pending_orders: "Đơn chưa hoàn thành", "Open orders";
    gross_merchandise_value: "GMV (tổng giá trị đơn)", "GMV";
    total_discount: "Giảm giá", "Discount";
    total_revenue: "Doanh thu (đơn hoàn thành)", "Revenue (completed orders)";
    cancellation_rate: "Tỷ lệ hủy", "Cancellation rate";
    avg_order_value: "Giá trị đơn hàng trung bình (AOV)", "Average order value (AOV)";
    pending_share: "Tỷ lệ chưa hoàn thành", "Share still open";
    short_orders: "Đơn hàng", "Orders";
    short_completed: "Hoàn thành", "Completed";
    short_cancelled: "Đã hủy", "Cancelled";
    short_open: "Chưa hoàn thành", "Open";
    short_gmv: "GMV", "GMV";
    short_revenue: "Doanh thu", "Revenue";
    short_aov: "TB/đơn", "AOV";
    short_share_open: "Chưa xong", "Still open";
    n_orders: "{n} đơn", "{n} [order|orders]";
    n_completed_orders: "trên {n} đơn hoàn thành", "over {n} completed [order|orders]";
    share_open: "{share} đơn chưa hoàn thành", "{share} of orders still open";
    up_by: "tăng", "up";
    down_by: "giảm", "down";
    unchanged: "không đổi", "unchanged";
    definition_of: "Định nghĩa: {name}", "Definition: {name}";
    why_this_number: "Vì sao có số này?", "Why this number?";
    measure: "Chỉ số", "Measure";

    // States of figures
    state: "Trạng thái", "State";
    live: "Trực tiếp", "Live";
    provisional: "Tạm tính", "Provisional";
    final_state: "Đã chốt", "Final";
    changed_after_final: "Đã chốt, có thay đổi", "Final, changed since";
    live_hint: "Ngày chưa kết thúc, số liệu còn tăng", "The day is not over; figures still grow";
    provisional_hint: "Ngày đã kết thúc, còn thay đổi chưa tính xong", "The day is over; known changes are still being computed";
    final_hint: "Ngày đã kết thúc, mọi thay đổi đã biết đều đã tính", "The day is over and everything known is in";
    changed_hint: "Đã chốt rồi mới thay đổi: xem lịch sử", "Changed after it was final: see its history";
    unripe_note: "Phần gạch chéo: ngày còn trên 10% đơn chưa hoàn thành, doanh thu còn tăng và tỷ lệ hủy còn đổi.", "Hatched: days with more than 10% of orders still open. Revenue will grow, the cancellation rate will move.";

    // Charts and tables
    show_table: "Xem bảng", "Show table";
    chart_keys: "mũi tên trái phải để xem từng điểm, Enter để mở", "left and right arrows go from point to point, Enter opens one";
    export_excel: "Xuất Excel", "Export to Excel";
    export_csv: "Xuất CSV", "Export CSV";
    gmv_by_state: "GMV theo trạng thái đơn", "GMV by state of the orders";
    orders_by_state: "Đơn hàng theo trạng thái", "Orders by state";
    by_platform: "{measure} theo sàn", "{measure} by platform";
    per_day: "mỗi ngày", "per day";
    per_week: "mỗi tuần", "per week";
    per_month: "mỗi tháng", "per month";
    days_of_range: "Từng ngày", "Day by day";
    date: "Ngày", "Date";
    week: "Tuần", "Week";
    month: "Tháng", "Month";
    weeks: "Theo tuần", "Weeks";
    months: "Theo tháng", "Months";
    total: "Tổng", "Total";
    share_of_gmv: "Tỷ trọng GMV", "Share of GMV";
    calendar: "Lịch đơn hàng", "Calendar of orders";
    fewer: "Ít", "Fewer";
    many: "Nhiều", "More";
    no_data: "chưa có dữ liệu", "no data";
    details: "Chi tiết", "Details";
    newer: "Mới nhất", "Newest";
    older_orders: "Đơn cũ hơn", "Older orders";
    open_in_day: "Xem ngày", "Open the day";

    // Overview
    today_so_far: "Hôm nay đến {time}", "Today to {time}";
    yesterday_same_time: "Hôm qua, cùng giờ", "Yesterday, same time";
    week_ago_same_time: "{weekday} tuần trước, cùng giờ", "Last {weekday}, same time";
    young_days: "Doanh thu chỉ tính đơn hoàn thành, nên những ngày gần đây luôn thấp.", "Revenue counts completed orders only, so recent days always look low.";

    // Trends
    this_year: "Năm nay", "This year";
    last_year: "Năm trước", "Last year";
    last_year_shifted: "Năm trước (lùi 364 ngày)", "Last year (364 days earlier)";
    days_covered: "Số ngày", "Days covered";
    n_of_days: "{n}/{of}", "{n} of {of}";

    // Platforms
    not_comparable: "không so sánh được giữa các sàn", "not comparable between platforms";
    discount_caveat: "Lazada chỉ cho biết voucher, không cho biết giảm giá niêm yết; Shopee là số tối thiểu.", "Lazada tells vouchers only, not markdowns of list prices; Shopee's is a lower bound.";
    completed_caveat: "Lazada tính đã giao là hoàn thành; TikTok Shop và Shopee chờ hết hạn trả hàng.", "Lazada counts delivered as completed; TikTok Shop and Shopee wait until the return window has closed.";
    counted_differently: "Lazada đếm khác", "counted differently on Lazada";
    same_scale: "Các biểu đồ cùng một thang đo.", "All charts share one scale.";

    // Categories
    category: "Danh mục", "Category";
    without_category: "Chưa phân loại", "Without category";
    categories_note: "Một đơn được đếm một lần trong mỗi danh mục mà nó chạm tới (trong danh mục cha: một lần cho mỗi danh mục con), nên tổng số đơn có thể lớn hơn số đơn của kỳ. Tiền thì cộng lại đúng bằng kỳ.", "An order counts once in each category it touches (in a parent, once for each of its subcategories), so orders can add up to more than the period's. Money adds up exactly.";
    import_categories: "Cách nhập danh mục", "How to import categories";
    import_categories_hint: "Đơn hàng không cho biết danh mục, chỉ cho biết sản phẩm. Nhập bảng sản phẩm và danh mục bằng lệnh:", "Orders do not tell categories, only products. Import which product is in which category with:";
    all_categories: "Tất cả danh mục", "All categories";

    // Regions
    region: "Tỉnh/thành phố", "Province or city";
    division: "Đơn vị hành chính", "Division";
    division_34: "34 tỉnh, thành (từ 1/7/2025)", "34 provinces (since 1 July 2025)";
    division_63: "63 tỉnh, thành (trước 1/7/2025)", "63 provinces (until 30 June 2025)";
    regions_note: "“Không rõ” là đơn bị sàn che hoặc không ghi tỉnh. Tên cũ được chuyển sang tỉnh mới và ngược lại; một số tên mới trùng tên cũ được tính theo tỉnh cũ.", "“Unknown” are orders whose province the marketplace masks or does not tell. Old names are counted in the new province and the other way round; a new name that is also an old one counts as the old province.";

    // Day and order
    orders_behind: "Đơn hàng phía sau con số", "The orders behind the figure";
    all_statuses: "Tất cả", "All";
    order_code: "Mã đơn hàng", "Order code";
    our_status: "Trạng thái", "Status";
    order_date: "Ngày đặt", "Order date";
    completed_at: "Ngày hoàn thành", "Completed";
    cancelled_at: "Ngày hủy", "Cancelled";
    total_amount: "Giá trị đơn", "Order value";
    discount_amount: "Giảm giá", "Discount";
    final_amount: "Khách trả", "Buyer pays";
    change_history: "Thay đổi sau khi chốt", "Changes since the day was final";
    no_changes: "Không có thay đổi nào sau khi chốt.", "Nothing has changed since the day was final.";
    before: "Trước", "Before";
    after: "Sau", "After";
    cause_fold: "Đơn hàng thay đổi", "Orders changed";
    cause_rebuild: "Tính lại", "Recomputed";
    by_hand: "sửa tay", "by hand";
    run: "Lần chạy", "Run";
    figures_by_platform: "Số liệu theo sàn", "Figures by platform";
    amounts: "Số tiền", "Amounts";
    lines: "Sản phẩm trong đơn", "Lines";
    product: "Sản phẩm", "Product";
    sku: "Phân loại hàng (SKU)", "SKU";
    quantity: "Số lượng", "Quantity";
    list_value: "Giá niêm yết", "List value";
    lines_note: "Giảm giá và số tiền khách trả được chia cho từng sản phẩm theo giá niêm yết; dòng cuối nhận phần còn lại.", "Discount and payment are spread over the lines by list value; the last line has the rest.";
    no_lines: "Đơn này không có chi tiết sản phẩm.", "This order tells no lines.";
    customer_id: "Mã khách hàng", "Customer id";
    buckets: "Đơn này được tính trong", "This order counts in";
    business_day: "Ngày kinh doanh", "Business day";
    raw_document: "Tài liệu gốc", "Raw document";
    no_document_id: "Chưa lưu, hoặc tài liệu không có _id. Lần đọc lại sau sẽ có.", "Not kept yet, or the document has none. It comes when the document is read again.";
    all_versions: "Mọi phiên bản của đơn", "All versions of the order";
    source_updated_at: "Sàn cập nhật lúc", "Updated by the platform";
    ingested_at: "Thu thập lúc", "Collected";
    row_updated_at: "Ghi vào lúc", "Stored";
    search_results: "Kết quả tìm “{q}”", "Results for “{q}”";
    search_nothing: "Không có đơn hàng nào có mã “{q}”.", "There is no order with the code “{q}”.";
    search_hint: "Nhập trọn mã đơn như trên sàn.", "Enter the whole code as the marketplace shows it.";
    pending: "Chưa hoàn thành", "Open";
    completed: "Hoàn thành", "Completed";
    cancelled: "Đã hủy", "Cancelled";

    // States of pages
    nothing_yet: "Chưa có dữ liệu", "No data yet";
    nothing_yet_hint: "Chưa có đơn hàng nào được đồng bộ. Chạy lần đồng bộ đầu tiên:", "No orders have been synchronised yet. Start the first synchronisation:";
    nothing_yet_then: "Trang này tự cập nhật khi có đơn hàng.", "This page follows as orders arrive.";
    nothing_here: "Không có đơn nào trong khoảng này", "No orders in this selection";
    nothing_here_hint: "Dữ liệu có từ {first} đến {last}.", "There is data from {first} to {last}.";
    show_all_data: "Xem 30 ngày gần nhất có dữ liệu", "Show the last 30 days with data";
    part_failed: "Phần này không tải được", "This part could not be loaded";
    part_failed_hint: "Các phần khác của trang vẫn đúng. Mã yêu cầu: {id}", "The rest of the page is right. Request id: {id}";
    retry: "Thử lại", "Try again";
    request_id: "Mã yêu cầu", "Request id";
    back_to_overview: "Về trang tổng quan", "Back to the overview";
    not_for_shops: "Số liệu này chỉ có cho tất cả gian hàng của một sàn, không có riêng từng gian hàng.", "These figures are kept for all shops of a platform together, not for single shops.";
    grain_not_kept: "Số liệu này không được lưu: statistics.grains không có mục này.", "These figures are not kept: statistics.grains leaves them out.";

    // Freshness and live
    all_live: "Trực tiếp, mọi sàn đến {time}", "Live, all platforms to {time}";
    all_data_to: "Mọi sàn: dữ liệu đến {time}", "All platforms: data to {time}";
    platform_data_to: "{platform}: dữ liệu đến {time}", "{platform}: data to {time}";
    platform_never: "{platform}: chưa có dữ liệu", "{platform}: no data yet";
    missing_since: "Số liệu thiếu {platform} từ {time}", "Figures lack {platform} since {time}";
    pause: "Tạm dừng cập nhật", "Pause updates";
    resume: "Tiếp tục cập nhật", "Resume updates";
    connection_lost: "Mất kết nối, số liệu lúc {time}", "Connection lost, figures as of {time}";
    updated_summary: "Đã cập nhật số liệu", "Figures updated";

    // Operations
    attention: "Việc cần xử lý", "To do";
    nothing_to_do: "Không có việc cần xử lý", "Nothing to do";
    freshness: "Độ mới của dữ liệu", "Freshness";
    lag: "Độ trễ", "Lag";
    silent_for: "im lặng {duration}, bất thường từ {limit}", "silent for {duration}, unusual from {limit}";
    newest_document: "Tài liệu mới nhất", "Newest document";
    orders_today: "Đơn hôm nay", "Orders today";
    journal: "Nhật ký thay đổi", "Change journal";
    journal_waiting: "{n} thay đổi chưa gộp", "{n} [change|changes] not folded";
    queue: "Hàng đợi tính lại", "Rebuild queue";
    queue_waiting: "{n} ngày đang đợi", "{n} [day|days] waiting";
    oldest: "lâu nhất {duration}", "oldest {duration}";
    runs: "Lần chạy gần đây", "Recent runs";
    command: "Lệnh", "Command";
    started: "Bắt đầu", "Started";
    took: "Thời gian", "Took";
    outcome: "Kết quả", "Outcome";
    counts: "Số lượng", "Counts";
    running: "đang chạy", "running";
    succeeded: "Xong", "Done";
    needs_attention: "Cần xem", "Needs attention";
    failed: "Lỗi", "Failed";
    quarantine: "Cách ly (đơn không đọc được)", "Quarantine";
    quarantine_empty: "Không có đơn nào bị cách ly.", "Nothing is in quarantine.";
    reason: "Lý do", "Reason";
    documents: "Tài liệu", "Documents";
    field: "Trường", "Field";
    newest_seen: "Gần nhất", "Last seen";
    sample: "Ví dụ", "Sample";
    last_validate: "Kiểm tra số liệu", "Validation";
    actions: "Thao tác", "Actions";
    all_days: "Để trống cả hai ô: mọi ngày. Mỗi thao tác là một lần chạy, và được ghi lại.", "Leave both empty for all days. Each action is a run, and is recorded.";
    do_sync: "Đồng bộ ngay", "Sync now";
    do_rebuild: "Tính lại", "Recompute";
    do_validate: "Kiểm tra số liệu", "Validate";
    do_repair: "Sửa số liệu", "Repair";
    do_replay: "Xử lý lại tất cả", "Replay all";
    actions_need_login: "Thao tác cần đăng nhập với vai trò Vận hành. Tạo tài khoản bằng:", "Actions need a login with the role operator. Add one with:";
    actions_need_role: "Vai trò của bạn chỉ được xem. Hãy hỏi quản trị.", "Your role may only read. Ask an admin.";
    alerts: "Cảnh báo", "Alerts";
    no_alerts: "Không có cảnh báo nào đang mở.", "No alert is open.";
    alert_since: "từ {time}", "since {time}";
    never_validated: "Chưa kiểm tra lần nào.", "Never validated.";
    no_divergence: "Mọi con số bằng với đếm lại", "Every figure equals a recount";
    divergences: "{n} sai lệch", "{n} [divergence|divergences]";
    count_read: "đã đọc", "read";
    count_inserted: "mới", "inserted";
    count_updated: "cập nhật", "updated";
    count_unchanged: "không đổi", "unchanged";
    count_stale: "bản cũ hơn", "stale";
    count_quarantined: "cách ly", "quarantined";
    count_divergences: "sai lệch", "divergences";
    count_rows: "dòng so", "rows";
    count_orders: "đơn", "orders";
    count_days: "ngày", "days";
    count_entries: "thay đổi gộp", "entries folded";
    count_rows_changed: "dòng đổi", "rows changed";
    count_rows_closed: "dòng chốt", "rows closed";
    count_products: "sản phẩm", "products";
    nothing_ran: "Chưa có lần chạy nào.", "Nothing has run yet.";

    // Definitions
    formula: "Công thức", "Formula";
    counts_in: "Tính cả", "Counts";
    counts_out: "Không tính", "Leaves out";
    caveats: "Lưu ý", "Caveats";
    why_differs: "Vì sao khác Seller Centre?", "Why does Seller Centre differ?";
    effect: "Kết quả", "Effect";

    // Settings
    settings_signed_in_as: "Đăng nhập với tên", "Signed in as";
    role: "Quyền", "Role";
    viewer: "Người xem", "Viewer";
    operator: "Vận hành", "Operator";
    admin: "Quản trị", "Admin";
    loopback_reader: "Chưa đăng nhập: xem được vì trang mở trên chính máy này.", "Not signed in: reading is open because this is the machine itself.";
    configuration: "Cấu hình chương trình đang dùng", "Configuration as the program sees it";
    setting: "Mục", "Setting";
    value: "Giá trị", "Value";
    origin: "Nguồn gốc", "Origin";
    settings_general: "Chung", "General";
    users: "Người dùng", "Users";
    no_users: "Chưa có người dùng nào.", "There are no users yet.";
    user_name: "Tên đăng nhập", "Name to log in with";
    add_user: "Thêm người dùng", "Add a user";
    change_user: "Thay đổi", "Change";
    set_role: "Đổi quyền", "Set role";
    new_password: "Mật khẩu mới", "New password";
    first_password: "Mật khẩu đầu tiên", "First password";
    set_password: "Đặt mật khẩu", "Set password";
    disable: "Khóa", "Disable";
    enable: "Mở khóa", "Enable";
    disabled: "Đã khóa", "Disabled";
    added: "tạo lúc", "added";
    last_seen: "hoạt động gần nhất", "last seen";
    changes_end_logins: "Đổi quyền, đặt mật khẩu hay khóa đều kết thúc mọi phiên đăng nhập của người đó.", "Another role, another password and disabling end all logins of that user.";
    user_name_rules: "Tên gồm 1 đến 64 chữ cái không dấu, chữ số, dấu chấm, gạch nối, gạch dưới hoặc @, bắt đầu bằng chữ hoặc số.", "A name has 1 to 64 letters, digits, dots, hyphens, underscores or @, and begins with a letter or digit.";
    user_exists: "Đã có người dùng tên này.", "There is a user of that name already.";
    user_unknown: "Không có người dùng tên này.", "There is no user of that name.";
    last_admin: "Đây là quản trị viên cuối cùng đang hoạt động. Hãy cho người khác quyền Quản trị trước.", "This is the last admin who is enabled. Make somebody else an admin first.";
    password_rules: "Mật khẩu cần ít nhất 12 ký tự, không thuộc loại hay gặp và không giống tên đăng nhập.", "A password has at least 12 characters, is none of the common ones and not the name.";
    try_again_soon: "Máy chủ đang bận. Hãy thử lại sau vài giây.", "The server is busy. Try again in a few seconds.";
    api_tokens: "Mã API", "API tokens";
    no_tokens: "Chưa có mã API nào.", "There are no API tokens yet.";
    create_token: "Tạo mã API", "Create a token";
    token_created: "Mã API mới", "The new token";
    token_shown_once: "Mã chỉ hiện một lần này. Hãy chép ngay và cất ở nơi an toàn.", "It is shown this once. Copy it now, and keep it where secrets are kept.";
    token_name: "Dùng để làm gì", "What it is for";
    expires_after: "Hết hạn sau", "Expires after";
    never_expires: "không bao giờ", "never";
    expires: "hết hạn", "expires";
    last_used: "dùng gần nhất", "last used";
    owner: "của", "of";
    revoke: "Thu hồi", "Revoke";
    revoked: "Đã thu hồi", "Revoked";
    channels: "Kênh nhận cảnh báo", "Channels";
    is_set: "Đã đặt", "Set";
    is_not_set: "Chưa đặt", "Not set";
    no_channel: "Chưa đặt kênh nào: cảnh báo chỉ hiện trên trang này. Đặt các mục trên trong daybook.toml hoặc biến môi trường, rồi khởi động lại.", "None is set: alerts are shown here only. Set the settings above in daybook.toml or the environment, and start again.";
    send_test: "Gửi thử", "Send a test";
    test_sent: "Kết quả gửi thử", "How the test was taken";
    delivered: "Đã nhận", "Taken";
    alert_rules: "Điều kiện cảnh báo", "What is watched";
    not_now: "Bình thường", "Does not hold";
    holds_now: "Đang xảy ra", "Holds now";
    critical: "Nghiêm trọng", "Critical";
    warning: "Cần lưu ý", "Warning";
    rule_queue: "Hơn {n} ngày chờ tính lại", "More than {n} days wait to be computed";
    rule_day_not_computed: "Ngày hôm qua chưa chốt {n} sau nửa đêm", "Yesterday is not final {n} after midnight";
    rule_platform_silent: "Một sàn im lặng lâu hơn {n} lần mức thường gặp ở giờ đó, ít nhất {floor}", "A marketplace is silent for longer than {n} times what is usual at that hour, and for at least {floor}";
    rule_lag: "Dữ liệu nạp chậm hơn nguồn quá {n}", "Loading is behind its source by more than {n}";
    rule_oplog: "Oplog của MongoDB còn giữ chưa đến {n} trước vị trí đã đọc", "MongoDB's oplog reaches back less than {n} behind the place that was read to";
    rule_quarantine: "Từ {n} tài liệu của một sàn bị cách ly trong một giờ", "{n} documents of a marketplace or more go into quarantine within an hour";
    rule_divergence: "Số lưu hoặc đơn hàng khác với đếm lại", "Figures or orders differ from a recount";
    rule_failing_job: "Lần chạy gần nhất của một lệnh bị lỗi", "The last run of a command failed";
    rule_journal: "Hơn {n} thay đổi chưa gộp, hoặc có thay đổi chờ quá {age}", "More than {n} changes wait to be folded, or one waits for longer than {age}";
    rule_snapshot: "Một giao dịch trong PostgreSQL mở quá {n}", "A transaction in PostgreSQL is open for longer than {n}";
    rule_disk_full: "PostgreSQL hết chỗ trên đĩa", "PostgreSQL has no space left";
    find_region: "Tìm tỉnh/thành", "Find a province";
    no_such_region: "Không có tỉnh/thành nào khớp “{q}”.", "No province matches “{q}”.";

    // Problems
    problem_not_found: "Không tìm thấy", "Not found";
    problem_invalid_parameter: "Tham số không đúng", "A parameter is wrong";
    problem_database_unavailable: "Không kết nối được cơ sở dữ liệu", "The database cannot be reached";
    problem_internal_error: "Có lỗi bên trong", "Something went wrong inside";
    problem_login_required: "Cần đăng nhập", "A login is needed";
    problem_forbidden: "Bạn không có quyền này", "Your role does not allow this";
    problem_other: "Yêu cầu không thực hiện được", "The request could not be answered";
    problem_not_found_detail: "Không có gì ở địa chỉ này, hoặc không có đơn hàng như vậy.", "There is nothing at this address, or no such order.";
    problem_invalid_parameter_detail: "Địa chỉ hoặc biểu mẫu có giá trị không được chấp nhận. Chi tiết:", "The address or the form has a value that is not taken. In detail:";
    problem_database_unavailable_detail: "Không có gì bị thay đổi. Hãy thử lại sau vài giây.", "Nothing was changed. Try again in a few seconds.";
    problem_internal_error_detail: "Nhật ký của chương trình ghi nguyên nhân dưới mã yêu cầu này.", "The program's log names the reason under this request's id.";
    problem_login_required_detail: "Trang này dành cho người đã đăng nhập.", "This page is for people who are logged in.";
    problem_forbidden_detail: "Hãy hỏi quản trị nếu bạn cần quyền này.", "Ask an admin if you need it.";
    problem_other_detail: "Chi tiết:", "In detail:";
}

impl Words {
    /// What a role is called.
    pub fn role_name(&self, role: Role) -> &'static str {
        match role {
            Role::Viewer => self.viewer,
            Role::Operator => self.operator,
            Role::Admin => self.admin,
        }
    }

    /// What our status of an order is called.
    pub fn status(&self, status: OrderStatus) -> &'static str {
        match status {
            OrderStatus::Pending => self.pending,
            OrderStatus::Completed => self.completed,
            OrderStatus::Cancelled => self.cancelled,
        }
    }
}

/// What sellers in Vietnam call a marketplace's own status; the marketplace's word itself where they have none.
pub fn platform_status(lang: Lang, platform: Platform, word: &str) -> Option<&'static str> {
    if lang == Lang::En {
        return None;
    }
    Some(match (platform, word.to_ascii_lowercase().as_str()) {
        (Platform::Tiktok, "unpaid" | "100") => "Chưa thanh toán",
        (Platform::Tiktok, "awaiting_shipment" | "111") => "Chờ vận chuyển",
        (Platform::Tiktok, "awaiting_collection" | "112") => "Chờ thu gom",
        (Platform::Tiktok, "in_transit" | "121") => "Đang vận chuyển",
        (Platform::Tiktok, "delivered" | "122") => "Đã vận chuyển",
        (Platform::Tiktok, "completed" | "130") => "Đã hoàn thành",
        (Platform::Tiktok, "cancelled" | "140") => "Đã hủy",
        (Platform::Shopee, "unpaid" | "pending") => "Chờ xác nhận",
        (Platform::Shopee, "ready_to_ship" | "processed") => "Chờ lấy hàng",
        (Platform::Shopee, "shipped") => "Đang giao",
        (Platform::Shopee, "to_confirm_receive") => "Đã giao",
        (Platform::Shopee, "completed") => "Hoàn thành",
        (Platform::Shopee, "cancelled") => "Đơn hủy",
        (Platform::Lazada, "pending") => "Chờ xử lý",
        (Platform::Lazada, "topack") => "Chờ đóng gói",
        (Platform::Lazada, "ready_to_ship") => "Sẵn sàng giao",
        (Platform::Lazada, "shipped") => "Đang vận chuyển",
        (Platform::Lazada, "delivered") => "Giao hàng thành công",
        (Platform::Lazada, "failed" | "failed_delivery") => "Giao hàng thất bại",
        (Platform::Lazada, "returned") => "Đã trả hàng",
        (Platform::Lazada, "canceled" | "cancelled") => "Đã hủy",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Names and signs that are the same in both languages.
    const SAME: &[&str] = &["short_gmv"];

    fn gaps(sentence: &str) -> Vec<&str> {
        let mut names: Vec<_> = sentence
            .split('{')
            .skip(1)
            .filter_map(|rest| rest.split_once('}'))
            .map(|(name, _)| name)
            .collect();
        names.sort_unstable();
        names
    }

    #[test]
    fn every_word_is_there_in_both_languages() {
        for (name, vi, en) in ALL {
            assert!(!vi.trim().is_empty(), "{name} has no Vietnamese");
            assert!(!en.trim().is_empty(), "{name} has no English");
            assert_eq!(*vi == *en, SAME.contains(name), "{name} is not translated");
        }
    }

    #[test]
    fn sentences_have_the_same_gaps() {
        for (name, vi, en) in ALL {
            assert_eq!(gaps(vi), gaps(en), "{name}");
        }
    }

    #[test]
    fn gaps_are_filled() {
        assert_eq!(fill("{n} đơn, {n}", &[("n", &3)]), "3 đơn, 3");
    }

    #[test]
    fn one_thing_is_not_several() {
        let format = Format {
            lang: Lang::En,
            currency: "VND".parse().unwrap(),
        };
        let counted = |n| counted(format, EN.divergences, n);
        assert_eq!(counted(1), "1 divergence");
        assert_eq!(counted(0), "0 divergences");
        assert_eq!(counted(1_200), "1,200 divergences");
    }

    #[test]
    fn words_that_sellers_would_misread_are_not_used() {
        for (name, vi, _) in ALL {
            let vi = vi.to_lowercase();
            assert!(!vi.contains("đối soát"), "{name}: that is matching payouts");
            assert!(!vi.contains("chiết khấu"), "{name}: a discount is giảm giá");
            assert!(!vi.contains("cửa hàng"), "{name}: a shop is gian hàng");
        }
    }

    #[test]
    fn states_are_in_sellers_words_beside_the_raw_one() {
        let seen = platform_status(Lang::Vi, Platform::Shopee, "READY_TO_SHIP");
        assert_eq!(seen, Some("Chờ lấy hàng"));
        assert_eq!(
            platform_status(Lang::Vi, Platform::Shopee, "LOGISTICS_HOLD"),
            None
        );
    }
}
