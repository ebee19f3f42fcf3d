# Measures 1 to 3 in R, without any package: recruitments, reports and the rate per 100, by lead provider and cohort.
#
#     Rscript report_rate.R FOLDER        an export of events as CSV

folder <- commandArgs(trailingOnly = TRUE)[1]
# Names sort as positions do: they hold the positions, with leading zeros.
files <- sort(list.files(folder, pattern = "^events-.*[.]csv$", full.names = TRUE))
if (length(files) == 0) {
  message(folder, " holds no events as csv; export them with `training-ledger export events NEW-FOLDER --as csv`")
  quit(status = 1)
}
read <- function(file) read.csv(file, colClasses = "character", na.strings = "", encoding = "UTF-8")
events <- do.call(rbind, lapply(files, read))

recruited <- events[events$event_type == "RecruitmentConfirmed", c("partnership_id", "lead_provider_id", "cohort")]
reported <- events$partnership_id[events$event_type == "PartnershipMistakeReported"]
recruited$reported <- as.integer(recruited$partnership_id %in% reported)
recruited$recruited <- rep(1L, nrow(recruited))

rate <- aggregate(cbind(recruitments = recruited, reports = reported) ~ lead_provider_id + cohort, recruited, sum)
rate$per_100 <- round(100 * rate$reports / rate$recruitments, 1)
rate <- rate[order(rate$lead_provider_id, rate$cohort), ]
write.csv(rate, row.names = FALSE, quote = FALSE)
