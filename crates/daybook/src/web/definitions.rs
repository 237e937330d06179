//! What each measure means: formula, what is in and out, caveats. One text for the page of definitions and for every
//! figure's own.

use super::words::Lang;
use crate::report::Measure;

/// What a measure means, in one language.
#[derive(Debug, Clone, Copy)]
pub struct Definition {
    /// The formula in words.
    pub formula: &'static str,
    /// What counts.
    pub counts: &'static str,
    /// What does not.
    pub leaves_out: &'static str,
    /// What one must know.
    pub caveats: &'static [&'static str],
}

/// The definition of a measure.
pub fn definition(lang: Lang, measure: Measure) -> Definition {
    match lang {
        Lang::Vi => vietnamese(measure),
        Lang::En => english(measure),
    }
}

fn vietnamese(measure: Measure) -> Definition {
    match measure {
        Measure::TotalOrders => Definition {
            formula: "số đơn đặt trong ngày",
            counts: "mọi đơn, dù sau đó hoàn thành, hủy hay còn mở; cả đơn chưa thanh toán",
            leaves_out: "đơn bị cách ly vì không đọc được; đơn bằng đồng tiền khác",
            caveats: &["Đơn thuộc về ngày đặt, theo múi giờ kinh doanh, dù sau này có gì xảy ra."],
        },
        Measure::CompletedOrders => Definition {
            formula: "số đơn có trạng thái hoàn thành",
            counts: "TikTok Shop và Shopee: đơn sàn đã đóng (COMPLETED); Lazada: không còn sản phẩm đang mở và ít nhất một sản phẩm đã giao",
            leaves_out: "đơn đã giao nhưng còn trong hạn trả hàng (TikTok Shop, Shopee)",
            caveats: &[
                "Lazada không có trạng thái đóng cho đa số đơn, nên tính đã giao là hoàn thành: số của Lazada đi trước các sàn khác khoảng một kỳ trả hàng.",
                "Đơn cần vài ngày đến vài tuần để hoàn thành.",
            ],
        },
        Measure::CancelledOrders => Definition {
            formula: "số đơn có trạng thái hủy",
            counts: "đơn hủy bởi bất kỳ ai; giao thất bại; đơn Lazada đã trả hàng",
            leaves_out: "đơn hủy hoặc trả một phần; yêu cầu hủy chưa được duyệt; trả hàng sau khi đơn đã đóng (TikTok Shop, Shopee)",
            caveats: &["Gồm cả những đơn mà người bán gọi là “đơn hoàn”."],
        },
        Measure::PendingOrders => Definition {
            formula: "tổng đơn − đơn hoàn thành − đơn hủy",
            counts: "từ chưa thanh toán đến đã giao nhưng chưa đóng; trạng thái lạ mà chương trình chưa biết",
            leaves_out: "đơn đã hoàn thành hoặc đã hủy",
            caveats: &[
                "Khác với “chờ xử lý” ở các công cụ khác, vốn chỉ là đơn mới chưa đụng tới.",
            ],
        },
        Measure::GrossMerchandiseValue => Definition {
            formula: "tổng giá trị trước giảm giá của mọi đơn",
            counts: "mọi đơn, kể cả đơn hủy; phí vận chuyển khách trả",
            leaves_out: "trợ giá vận chuyển của sàn",
            caveats: &[
                "Giá trị đơn − giảm giá = số tiền khách trả, luôn đúng từng đồng.",
                "Đơn hủy vẫn nằm trong GMV: xem biểu đồ theo trạng thái.",
            ],
        },
        Measure::TotalDiscount => Definition {
            formula: "tổng giảm giá của mọi đơn",
            counts: "giảm giá của người bán và của sàn, kể cả trên đơn hủy",
            leaves_out: "trợ giá vận chuyển; Lazada: giảm giá niêm yết, vốn không thấy được",
            caveats: &[
                "Không so sánh được giữa các sàn: TikTok Shop cho biết mọi khoản giảm, Lazada chỉ voucher.",
                "Shopee không có chi tiết thanh toán là số tối thiểu, vì phí vận chuyển nằm trong số khách trả.",
            ],
        },
        Measure::TotalRevenue => Definition {
            formula: "tổng số tiền khách trả của các đơn hoàn thành",
            counts: "đơn hoàn thành, gồm phí vận chuyển, sau mọi giảm giá",
            leaves_out: "đơn chưa hoàn thành và đơn hủy; phí sàn không bị trừ; hoàn tiền sau khi đơn đã đóng (TikTok Shop, Shopee) không thấy được",
            caveats: &[
                "Doanh thu của những ngày gần đây luôn thấp rồi tăng dần khi đơn hoàn thành. “Đã chốt” không có nghĩa là đã đủ: xem tỷ lệ chưa hoàn thành.",
                "Không phải tiền sàn chuyển về.",
            ],
        },
        Measure::CancellationRate => Definition {
            formula: "đơn hủy ÷ tổng đơn × 100",
            counts: "mọi đơn hủy, giao thất bại và đơn Lazada trả hàng, không phân biệt lỗi của ai",
            leaves_out: "không bỏ gì",
            caveats: &[
                "Khác với tỷ lệ hủy do lỗi người bán mà Lazada và TikTok Shop dùng để chấm điểm.",
                "Của nhiều ngày: tính lại từ tổng, không lấy trung bình các tỷ lệ.",
                "Những ngày gần đây trông tốt hơn thực tế vì đơn còn mở.",
            ],
        },
        Measure::AvgOrderValue => Definition {
            formula: "doanh thu ÷ số đơn hoàn thành",
            counts: "chỉ đơn hoàn thành",
            leaves_out: "đơn chưa hoàn thành và đơn hủy",
            caveats: &["Trống khi chưa có đơn hoàn thành. Của nhiều ngày: tính lại từ tổng."],
        },
        Measure::PendingShare => Definition {
            formula: "đơn chưa hoàn thành ÷ tổng đơn × 100",
            counts: "đơn còn mở",
            leaves_out: "không bỏ gì",
            caveats: &["Cho biết doanh thu và tỷ lệ hủy còn thay đổi được bao nhiêu."],
        },
    }
}

fn english(measure: Measure) -> Definition {
    match measure {
        Measure::TotalOrders => Definition {
            formula: "orders placed on the day",
            counts: "every order, whether it was later completed, cancelled or is still open; unpaid ones too",
            leaves_out: "orders in quarantine because they cannot be read; orders in another currency",
            caveats: &[
                "An order belongs to the day it was placed, in the business time zone, whatever happens later.",
            ],
        },
        Measure::CompletedOrders => Definition {
            formula: "orders whose status is completed",
            counts: "TikTok Shop and Shopee: closed by the marketplace (COMPLETED); Lazada: no item open and at least one delivered",
            leaves_out: "delivered orders within the return window (TikTok Shop, Shopee)",
            caveats: &[
                "Lazada has no closing state for most orders, so delivered counts as completed: its figures are ahead of the others' by the return window.",
                "Orders take days to weeks to complete.",
            ],
        },
        Measure::CancelledOrders => Definition {
            formula: "orders whose status is cancelled",
            counts: "cancelled by anybody; failed deliveries; Lazada orders that were returned",
            leaves_out: "partial cancellations or returns; requests that are not granted yet; returns after closure (TikTok Shop, Shopee)",
            caveats: &["Includes what sellers call “đơn hoàn”."],
        },
        Measure::PendingOrders => Definition {
            formula: "orders − completed − cancelled",
            counts: "from unpaid to delivered but not closed; statuses that this version does not know",
            leaves_out: "completed and cancelled orders",
            caveats: &[
                "Not the “pending” of other tools, which is a new order that nobody has touched.",
            ],
        },
        Measure::GrossMerchandiseValue => Definition {
            formula: "value before discounts of all orders",
            counts: "every order, cancelled ones too; shipping that the buyer pays",
            leaves_out: "shipping subsidies of the marketplace",
            caveats: &[
                "Value − discount = what the buyer pays, to the last hundredth.",
                "Cancelled orders stay in GMV: see the chart by state.",
            ],
        },
        Measure::TotalDiscount => Definition {
            formula: "discounts on all orders",
            counts: "discounts of seller and marketplace, on cancelled orders too",
            leaves_out: "shipping subsidies; on Lazada markdowns of list prices, which cannot be seen",
            caveats: &[
                "Not comparable between marketplaces: TikTok Shop tells every reduction, Lazada vouchers only.",
                "Shopee's is a lower bound without escrow details, because shipping is in the payment.",
            ],
        },
        Measure::TotalRevenue => Definition {
            formula: "what buyers pay for completed orders",
            counts: "completed orders, shipping included, after all discounts",
            leaves_out: "open and cancelled orders; marketplace fees are not subtracted; refunds after closure (TikTok Shop, Shopee) cannot be seen",
            caveats: &[
                "Revenue of recent days is always low and grows as orders complete. Final does not mean ripe: look at the share still open.",
                "Not what the marketplace pays out.",
            ],
        },
        Measure::CancellationRate => Definition {
            formula: "cancelled ÷ orders × 100",
            counts: "all cancellations, failed deliveries and Lazada returns, whosever fault",
            leaves_out: "nothing",
            caveats: &[
                "Not the seller-fault rate that Lazada and TikTok Shop score sellers by.",
                "Over several days: computed from the sums, never an average of rates.",
                "Recent days look better than they are while orders are open.",
            ],
        },
        Measure::AvgOrderValue => Definition {
            formula: "revenue ÷ completed orders",
            counts: "completed orders only",
            leaves_out: "open and cancelled orders",
            caveats: &[
                "Empty without completed orders. Over several days: computed from the sums.",
            ],
        },
        Measure::PendingShare => Definition {
            formula: "open ÷ orders × 100",
            counts: "orders still open",
            leaves_out: "nothing",
            caveats: &["Says how much revenue and cancellation rate can still move."],
        },
    }
}

/// A usual gap to the figures of a seller centre: there, here, and which way it pushes.
pub type Gap = [&'static str; 3];

/// The usual gaps.
pub fn gaps(lang: Lang) -> &'static [Gap] {
    match lang {
        Lang::Vi => &[
            [
                "bỏ đơn chưa thanh toán",
                "tính, là đơn chưa hoàn thành",
                "ở đây nhiều đơn và GMV hơn",
            ],
            [
                "đơn trả trước ghi theo ngày thanh toán, COD theo ngày tạo",
                "mọi đơn ghi theo ngày đặt",
                "đơn lệch sang ngày khác",
            ],
            [
                "đã giao là xong",
                "chỉ đơn đã đóng (trừ Lazada)",
                "ở đây ít doanh thu hơn trong khoảng hai tuần",
            ],
            [
                "không gồm phí vận chuyển, hoặc trước voucher của sàn",
                "số tiền khách trả",
                "lệch đúng bằng phí vận chuyển và voucher",
            ],
            [
                "trừ hoàn tiền sau khi đơn đóng",
                "không thấy trong đơn của TikTok Shop và Shopee",
                "ở đây nhiều doanh thu hơn",
            ],
            [
                "tỷ lệ hủy chỉ tính lỗi người bán",
                "mọi đơn hủy, giao thất bại, đơn Lazada trả hàng",
                "ở đây cao hơn",
            ],
            [
                "ngày theo múi giờ khác",
                "múi giờ kinh doanh",
                "đơn gần nửa đêm lệch ngày",
            ],
        ],
        Lang::En => &[
            [
                "unpaid orders are left out",
                "counted, as open",
                "more orders and GMV here",
            ],
            [
                "prepaid orders dated by payment, COD by creation",
                "every order by the day it was placed",
                "orders move between days",
            ],
            [
                "delivered counts as done",
                "only closed orders do (but see Lazada)",
                "less revenue here for about two weeks",
            ],
            [
                "without shipping, or before platform vouchers",
                "what the buyer pays",
                "differs by shipping and vouchers",
            ],
            [
                "refunds after closure are subtracted",
                "invisible in the orders of TikTok Shop and Shopee",
                "more revenue here",
            ],
            [
                "cancellation rate counts the seller's fault only",
                "all cancellations, failed deliveries, Lazada returns",
                "higher rate here",
            ],
            [
                "days in another time zone",
                "the business time zone",
                "orders near midnight move",
            ],
        ],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_measure_is_defined_in_both_languages() {
        for measure in Measure::ALL {
            let (vi, en) = (
                definition(Lang::Vi, *measure),
                definition(Lang::En, *measure),
            );
            assert_ne!(vi.formula, en.formula, "{measure}");
            assert_eq!(vi.caveats.len(), en.caveats.len(), "{measure}");
        }
        assert_eq!(gaps(Lang::Vi).len(), gaps(Lang::En).len());
    }
}
