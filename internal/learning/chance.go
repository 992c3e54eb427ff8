package learning

import "math"

// atLeast is the probability of k or more successes in n trials that each succeed with probability p.
func atLeast(k, n int, p float64) float64 {
	if k <= 0 {
		return 1
	}
	if k > n || p <= 0 {
		return 0
	}
	if p >= 1 {
		return 1
	}
	sum := 0.0
	for i := k; i <= n; i++ {
		sum += math.Exp(choose(n, i) + float64(i)*math.Log(p) + float64(n-i)*math.Log1p(-p))
	}
	return min(sum, 1)
}

// better is the exact one-sided McNemar test: the probability of so many wins or more among the cases in which two
// differ, were each as likely to be right there.
func better(wins, losses int) float64 { return atLeast(wins, wins+losses, 0.5) }

// z95 is the one-sided 95 % quantile of the normal distribution.
const z95 = 1.645

// worstDrop is the upper limit, at one-sided 95 %, of how much the share of right answers fell between two that answered
// the same n cases.
func worstDrop(wins, losses, n int) float64 {
	if n == 0 {
		return 0
	}
	d, w, l := float64(n), float64(wins), float64(losses)
	return (l-w)/d + z95*math.Sqrt(max(0, w+l-(l-w)*(l-w)/d))/d
}

// morePerhapsByChance is Fisher's exact test, one-sided: the probability that k or more of the n recent cases are among
// the bad ones, were these spread by chance over recent and earlier ones (bad of all in earlier).
func morePerhapsByChance(k, n, bad, earlier int) float64 {
	allBad, all := k+bad, n+earlier
	sum := 0.0
	for i := k; i <= min(n, allBad); i++ {
		if allBad-i > earlier {
			continue
		}
		sum += math.Exp(choose(n, i) + choose(earlier, allBad-i) - choose(all, allBad))
	}
	return min(sum, 1)
}

// choose is the logarithm of the binomial coefficient.
func choose(n, k int) float64 {
	a, _ := math.Lgamma(float64(n + 1))
	b, _ := math.Lgamma(float64(k + 1))
	c, _ := math.Lgamma(float64(n - k + 1))
	return a - b - c
}
