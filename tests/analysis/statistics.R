# The statistics as R's packages multilevel and psych compute them.
#   Rscript statistics.R FOLDER   reads FOLDER/*.csv and writes FOLDER/found.csv: statistic, case, value
suppressPackageStartupMessages({
  library(multilevel)
  library(psych)
})
folder <- commandArgs(trailingOnly = TRUE)[1]
given <- function(name) read.csv(file.path(folder, paste0(name, ".csv")))
found <- data.frame()
tell <- function(statistic, case, value) {
  found <<- rbind(found, data.frame(statistic = statistic, case = case, value = as.numeric(value)))
}

one <- given("ratings")
by_group <- function(statistic, result) tell(statistic, result$grpid, result[[2]])
by_group("rwg", rwg(one$rating, one$case))
by_group("awg", awg(one$rating, one$case))
by_group("ad_mean", ad.m(one$rating, one$case))
by_group("ad_median", ad.m(one$rating, one$case, type = "median"))
one_way <- aov(rating ~ as.factor(case), data = one)
tell("icc1_mean_size", 0, ICC1(one_way))
tell("icc2", 0, ICC2(one_way))

several <- given("items")
items <- several[, -1]
by_group("rwg_j", rwg.j(items, several$case))
by_group("rwg_star", rwg.j.lindell(items, several$case))

even <- split(given("even")$rating, given("even")$case)
by_target <- suppressWarnings(ICC(do.call(rbind, even), lmer = FALSE))$results
tell("icc1", 0, by_target$ICC[1])
tell("icc1_of_mean", 0, by_target$ICC[4])

persons <- given("persons")
for (case in unique(persons$case)) {
  answers <- persons[persons$case == case, -1]
  answers <- answers[, colSums(is.na(answers)) < nrow(answers)]
  tell("alpha", case, cronbach(answers)$Alpha)
  feldt <- alpha.ci(cronbach(answers)$Alpha, n.obs = nrow(answers), n.var = ncol(answers))
  tell("alpha_low", case, feldt$lower.ci)
  tell("alpha_high", case, feldt$upper.ci)
  loadings <- fa(cor(answers), nfactors = 1, fm = "minres")$loadings[, 1]
  deviations <- sapply(answers, sd)
  common <- sum(loadings * deviations)^2
  tell("omega", case, common / (common + sum(deviations^2 * (1 - loadings^2))))
}
write.csv(found, file.path(folder, "found.csv"), row.names = FALSE)
