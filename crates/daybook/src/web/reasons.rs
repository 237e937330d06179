//! Why documents are in quarantine, in words.

use super::words::Lang;

/// A reason in words; the reason itself when it is none of the list.
pub fn reason(lang: Lang, code: &str) -> &'static str {
    let (vi, en) = match code {
        "malformed_document" => ("Tài liệu hỏng", "The bytes are no valid document"),
        "unknown_platform" => ("Không rõ sàn nào", "The marketplace is not known"),
        "payload_not_found" => (
            "Không thấy đơn hàng trong tài liệu",
            "No order was found in the document",
        ),
        "missing_order_code" => ("Thiếu mã đơn", "The order has no number"),
        "invalid_order_code" => ("Mã đơn không hợp lệ", "The order number is not valid"),
        "inexact_id" => (
            "Mã đơn có thể đã mất chữ số",
            "The order number may have lost digits",
        ),
        "missing_amount" => (
            "Thiếu số tiền khách trả",
            "The amount the buyer pays is missing",
        ),
        "invalid_amount" => ("Số tiền không đọc được", "An amount cannot be read"),
        "inexact_amount" => ("Số tiền không chính xác", "An amount is not exact"),
        "negative_amount" => ("Số tiền âm", "The amount is below zero"),
        "amount_out_of_range" => ("Số tiền quá lớn", "An amount is too large"),
        "invalid_quantity" => ("Số lượng không hợp lệ", "A quantity is no whole number"),
        "missing_order_date" => ("Thiếu ngày đặt", "The time of the order is missing"),
        "invalid_time" => ("Thời gian không đọc được", "A time cannot be read"),
        "implausible_time" => ("Thời gian vô lý", "A time is before 2010 or in the future"),
        "time_before_order" => (
            "Đóng hoặc hủy trước khi đặt",
            "Closed or cancelled before it was placed",
        ),
        "invalid_currency" => ("Đồng tiền không hợp lệ", "The currency is not valid"),
        "other_currency" => ("Đồng tiền khác", "The order is in another currency"),
        "invalid_status" => ("Trạng thái không đọc được", "The status is no word"),
        "refused_by_database" => ("Cơ sở dữ liệu từ chối", "The database refused a value"),
        _ => ("Lý do khác", "Another reason"),
    };
    match lang {
        Lang::Vi => vi,
        Lang::En => en,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_reason_of_the_schema_has_words() {
        let schema = include_str!("../../../../docs/schema.md");
        let list = schema.split("## Reject reasons").nth(1).unwrap();
        let list = list.split("\n## ").next().unwrap();
        let mut reasons = 0;
        for line in list.lines().filter(|line| line.starts_with("| `")) {
            let code = line.split('`').nth(1).unwrap();
            assert_ne!(reason(Lang::En, code), "Another reason", "{code}");
            reasons += 1;
        }
        assert!(reasons > 15, "{reasons}");
    }
}
