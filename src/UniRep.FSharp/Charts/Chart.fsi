namespace UniRep.Charts

/// How values lie along an axis.
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
        /// What each point is called, shown on hovering; empty for no names.
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
type Colours =
    /// From low to high.
    | Sequential
    /// From negative over zero, in the middle, to positive.
    | Diverging

/// What a chart shows.
type Mark =
    | Lines of Series list
    | Points of Series list
    | Bars of Bar list
    /// Rows from top to bottom; NaN is left blank. Labels may be fewer than rows or columns: empty for none.
    | HeatMap of
        values: float[,] *
        rows: string[] *
        columns: string[] *
        colours: Colours *
        legend: string
    /// Values counted in so many bins of equal width, group by group.
    | Histogram of groups: (string * float[]) list * bins: int

/// A picture of numbers: a value that can be drawn as SVG, or as an HTML page that tells more on hovering.
type Chart =
    {
        Title: string
        X: Axis
        Y: Axis
        Mark: Mark
        /// Width in pixels.
        Width: int
        /// Height in pixels.
        Height: int
    }

    /// Gives an HTML fragment for notebooks: the SVG itself.
    member ToHtml: unit -> string

/// Makes charts and draws them.
[<RequireQualifiedAccess>]
module Chart =
    /// A linear axis.
    val axis: title: string -> Axis

    /// A logarithmic axis.
    val logAxis: title: string -> Axis

    /// Points that belong together.
    val series: name: string -> points: (float * float) seq -> Series

    /// Points with names of their own: name, x, y.
    val labelled: name: string -> points: (string * float * float) seq -> Series

    /// Joins the points of each series in the order of x: a loss, a speed.
    val lines: title: string -> x: Axis -> y: Axis -> series: Series list -> Chart

    /// Draws points: a map of representations, predicted against measured.
    val scatter: title: string -> x: Axis -> y: Axis -> series: Series list -> Chart

    /// Draws bars, from left to right.
    val bars: title: string -> x: Axis -> y: Axis -> bars: Bar list -> Chart

    /// A bar without a whisker.
    val bar: label: string -> value: float -> Bar

    /// A bar with a whisker from `low` to `high`.
    val barWithin: low: float -> high: float -> label: string -> value: float -> Bar

    /// Colours a table: a mutational scan, hidden units along a protein. The legend names what the colours mean.
    val heatMap:
        title: string ->
        x: Axis ->
        y: Axis ->
        colours: Colours ->
        legend: string ->
        rows: string[] ->
        columns: string[] ->
        values: float[,] ->
            Chart

    /// Counts values in bins of equal width, group by group.
    val histogram: title: string -> x: Axis -> bins: int -> groups: (string * float[]) list -> Chart

    /// Gives a chart another size, in pixels.
    val sized: width: int -> height: int -> chart: Chart -> Chart

    /// Draws a chart as SVG: self-contained, legible on light and dark pages, in colours that the colour-blind tell
    /// apart.
    val toSvg: chart: Chart -> string

    /// Draws a chart as a page of its own that tells the values on hovering; plotly.js is inside, nothing is fetched.
    val toPage: chart: Chart -> string

    /// Writes a chart to a file, complete or not at all: a page if it ends in `.html`, else SVG.
    ///
    /// Raises IOException if the file cannot be written.
    val save: path: string -> chart: Chart -> unit
