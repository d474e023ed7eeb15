namespace UniRep.Charts

open UniRep

/// How values are placed along an axis.
[<RequireQualifiedAccess>]
type Scale =
    | Linear
    /// Powers of ten; every value must be positive.
    | Logarithmic

/// An axis of a chart.
type Axis =
    {
        /// What is shown, with its unit: `loss (nats per token)`.
        Title: string
        Scale: Scale
    }

/// Points that belong together, drawn in one colour.
type Series =
    {
        /// The name in the legend.
        Name: string
        X: float[]
        Y: float[]
        /// What each point is called, shown on hovering; one for each, or empty for no names.
        Labels: string[]
    }

/// One bar, with the ends of its whisker if it has one.
type Bar =
    {
        Label: string
        Value: float
        Interval: (float * float) option
    }

/// How the colours of a heat map run.
[<RequireQualifiedAccess>]
type Colours =
    /// From low to high.
    | Sequential
    /// From negative over zero, in the middle, to positive.
    | Diverging

/// What a chart shows.
[<RequireQualifiedAccess>]
type Mark =
    | Lines of Series list
    | Points of Series list
    | Bars of Bar list
    /// Rows from top to bottom; NaN is grey. There is a name for each row, or none at all; for columns alike.
    | HeatMap of
        values: float[,] *
        rows: string[] *
        columns: string[] *
        colours: Colours *
        legend: string
    /// Values counted in so many bins of equal width, group by group.
    | Histogram of groups: (string * float[]) list * bins: int
