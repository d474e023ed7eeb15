#!/usr/bin/env python3
"""Writes top-models.txt and metrics.txt: what scikit-learn 1.2.1 and SciPy give for the top models and metrics of UniRep.Design.

Run it in this folder: python3 top-models.py. Inputs are made by formula, so that the tests need no further file:
x[i, k] = ((7919 i + 104729 k + 31 i i k + 17 i k k) mod 1009) / 1009 - 0.5 as float32, y[i] = x[i, 0] - 2 x[i, 1] + x[i, 2] x[i, 3] + sin(i) / 4 + sum over k of
cos(2 k) x[i, k] / 3.
Each line is a name and its numbers.
"""
import warnings

import numpy as np
from scipy import stats
from sklearn import gaussian_process as gp
from sklearn import linear_model, metrics
from sklearn.model_selection import KFold

warnings.filterwarnings("ignore")


def table(n, p):
    i, k = np.meshgrid(np.arange(n), np.arange(p), indexing="ij")
    x = ((7919 * i + 104729 * k + 31 * i * i * k + 17 * i * k * k) % 1009 / 1009 - 0.5).astype(np.float32).astype(float)
    y = x[:, 0] - 2 * x[:, 1] + x[:, 2] * x[:, 3] + np.sin(np.arange(n)) / 4 + x @ np.cos(2 * np.arange(p)) / 3
    return x, y


out = {}


def keep(name, values):
    out[name] = np.atleast_1d(np.asarray(values, dtype=float)).ravel()


def standard(x, new):
    mean, scale = x.mean(0), x.std(0)
    return (x - mean) / scale, (new - mean) / scale


penalties = 10 ** np.linspace(-3, 8, 111)
for name, n, p in [("wide", 20, 30), ("tall", 60, 8)]:
    x, y = table(n + 10, p)
    train, test = slice(0, n), slice(n, n + 10)
    xs, new = standard(x[train], x[test])
    cv = linear_model.RidgeCV(penalties, store_cv_values=True).fit(xs, y[train])
    keep(f"ridge.{name}.penalty", cv.alpha_)
    keep(f"ridge.{name}.left-out", np.sqrt(cv.cv_values_[:, list(penalties).index(cv.alpha_)].mean()))
    keep(f"ridge.{name}.mean", cv.predict(new))
    # The same by definition: fit without each row; columns are scaled once.
    squares = []
    for row in range(n):
        rest = np.arange(n) != row
        fit = linear_model.Ridge(cv.alpha_).fit(xs[rest], y[train][rest])
        squares.append((fit.predict(xs[row : row + 1])[0] - y[row]) ** 2)
    assert abs(np.sqrt(np.mean(squares)) / out[f"ridge.{name}.left-out"][0] - 1) < 1e-9

    # The deviation by its formula, with dense inverses.
    a = np.linalg.inv(xs.T @ xs + cv.alpha_ * np.eye(p))
    centred = y[train] - y[train].mean()
    noise2 = centred @ np.linalg.solve(np.eye(n) + xs @ xs.T / cv.alpha_, centred) / (n - 1)
    keep(f"ridge.{name}.deviation", np.sqrt(noise2 * (1 / n + np.einsum("ij,jk,ik->i", new, a, new))))

    # With a density that is not penalised: a column so large that its penalty is nothing.
    density = np.cos(np.arange(n + 10))
    big = np.column_stack([xs, density[train] * 1e6])
    dense = linear_model.RidgeCV(penalties, gcv_mode="eigen", store_cv_values=True)
    errors = []
    for penalty in penalties:
        hat = np.column_stack([np.ones(n), density[train]])
        q = np.linalg.qr(hat)[0]
        px, py = xs - q @ (q.T @ xs), y[train] - q @ (q.T @ y[train])
        h = q @ q.T + px @ np.linalg.solve(px.T @ px + penalty * np.eye(p), px.T)
        errors.append((((y[train] - h @ y[train]) / (1 - np.diag(h))) ** 2).mean())
    best = int(np.argmin(errors))
    keep(f"ridge.{name}.density.penalty", penalties[best])
    q = np.linalg.qr(np.column_stack([np.ones(n), density[train]]))[0]
    px, py = xs - q @ (q.T @ xs), y[train] - q @ (q.T @ y[train])
    w = np.linalg.solve(px.T @ px + penalties[best] * np.eye(p), px.T @ py)
    free = np.linalg.lstsq(np.column_stack([np.ones(n), density[train]]), y[train] - xs @ w, rcond=None)[0]
    keep(f"ridge.{name}.density.mean", new @ w + free[0] + free[1] * density[test])
    big_fit = linear_model.Ridge(penalties[best], solver="svd").fit(big, y[train])
    assert np.abs(big_fit.predict(np.column_stack([new, density[test] * 1e6])) - out[f"ridge.{name}.density.mean"]).max() < 1e-5

    # The path of the lasso by LARS.
    alphas, _, path = linear_model.lars_path(xs, y[train] - y[train].mean(), method="lasso")
    keep(f"lars.{name}.penalties", alphas)
    keep(f"lars.{name}.coefficients", path.T)

# A Gaussian process with given parameters, and the likelihood that scikit-learn's optimiser reaches.
x, y = table(30 + 10, 6)
xs, new = standard(x[:30], x[30:])
mean, scale = y[:30].mean(), y[:30].std()
kernel = (
    gp.kernels.ConstantKernel(0.5 / 6) * gp.kernels.DotProduct(0, "fixed")
    + gp.kernels.ConstantKernel(0.8) * gp.kernels.RBF(2.5)
    + gp.kernels.WhiteKernel(0.1)
)
fit = gp.GaussianProcessRegressor(kernel, alpha=0, normalize_y=True, optimizer=None).fit(xs, y[:30])
means, deviations = fit.predict(new, return_std=True)
keep("gp.mean", means)
keep("gp.deviation", np.sqrt(deviations**2 - 0.1 * scale**2))
keep("gp.likelihood", fit.log_marginal_likelihood())
bounds = (1e-5, 1e5)
kernel = (
    gp.kernels.ConstantKernel(1 / 6, bounds) * gp.kernels.DotProduct(0, "fixed")
    + gp.kernels.ConstantKernel(1, bounds) * gp.kernels.RBF(np.sqrt(6), bounds)
    + gp.kernels.WhiteKernel(0.1, bounds)
)
fit = gp.GaussianProcessRegressor(kernel, alpha=0, normalize_y=True, n_restarts_optimizer=20, random_state=0).fit(xs, y[:30])
keep("gp.best-likelihood", fit.log_marginal_likelihood_value_)

# Logistic regression: C = 1 / penalty; the intercept is free.
classes = (y > np.median(y)).astype(int)
for name, n, p in [("wide", 24, 30), ("tall", 60, 8)]:
    x, y = table(n + 10, p)
    xs, new = standard(x[:n], x[n:])
    classes = (y > np.median(y)).astype(int)
    fit = linear_model.LogisticRegression(C=1 / 2.0, tol=1e-12, max_iter=100000, solver="newton-cg").fit(xs, classes[:n])
    keep(f"logistic.{name}", fit.predict_proba(new)[:, 1])

# Biswas' low-N member: RidgeCV with columns of length 1, then the largest penalty that is not worse by a paired t-test.
x, y = table(30 + 10, 12)
centred = x[:30] - x[:30].mean(0)
norm = np.linalg.norm(centred, axis=0)
xs, new = centred / norm, (x[30:] - x[:30].mean(0)) / norm
grid = np.logspace(-6, 6, 1000)
cv = linear_model.RidgeCV(grid, store_cv_values=True).fit(xs, y[:30])
best = int(np.argmin(cv.cv_values_.mean(0)))
chosen = len(grid) - 1
for i in range(best + 1, len(grid)):
    if stats.ttest_rel(cv.cv_values_[:, best], cv.cv_values_[:, i]).pvalue < 0.01:
        chosen = i - 1
        break
keep("low-n.best", grid[best])
keep("low-n.penalty", grid[chosen])
keep("low-n.mean", linear_model.Ridge(grid[chosen]).fit(xs, y[:30]).predict(new))

with open("top-models.txt", "w") as file:
    for name, values in out.items():
        file.write(name + " " + " ".join(repr(float(v)) for v in values) + "\n")

# Metrics: measured m, predicted p, with ties.
out = {}
i = np.arange(50)
measured = np.round(np.sin(i * 1.7) * 3, 1)
predicted = np.round(np.sin(i * 1.7 + 0.3) * 2 + np.cos(i * 5), 1)
classes = (measured > 0.5).astype(int)
positive = measured - measured.min()
keep("spearman", stats.spearmanr(measured, predicted)[0])
keep("pearson", stats.pearsonr(measured, predicted)[0])
keep("r2", metrics.r2_score(measured, predicted))
keep("auc", metrics.roc_auc_score(classes, predicted))
keep("mcc", metrics.matthews_corrcoef(classes, predicted >= np.median(predicted)))
keep("sklearn-ndcg", metrics.ndcg_score([positive], [predicted]))
keep("sklearn-ndcg.10", metrics.ndcg_score([positive], [predicted], k=10))


def proteingym_ndcg(y_true, y_score):
    k = int(np.floor(y_true.shape[0] * 0.1))
    gains = (y_true - y_true.min()) / (y_true.max() - y_true.min())
    rank = np.argsort(np.argsort(-y_score, kind="stable"), kind="stable") + 1
    ideal = np.argsort(np.argsort(-gains, kind="stable"), kind="stable") + 1
    top = lambda ranks: sum(g / np.log2(r + 1) for g, r in zip(gains, ranks) if r <= k)
    return top(rank) / top(ideal)


keep("proteingym-ndcg", proteingym_ndcg(measured, predicted))
top = measured >= np.percentile(measured, 90)
keep("top-recall", (top & (predicted >= np.percentile(predicted, 90))).sum() / top.sum())
keep("rmse", np.sqrt(metrics.mean_squared_error(measured, predicted)))

with open("metrics.txt", "w") as file:
    for name, values in out.items():
        file.write(name + " " + " ".join(repr(float(v)) for v in values) + "\n")
