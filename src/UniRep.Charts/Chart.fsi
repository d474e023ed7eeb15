namespace UniRep.Charts

open UniRep

/// A picture of numbers: a value that is drawn as SVG here, and as an HTML page by the package UniRep.Plotly.
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

    interface IDisplay

    /// Gets what is drawn. Raises ArgumentException if the parts of the chart do not belong together.
    member internal Sheet: Sheet

    /// Gets one line: what kind of chart it is, and its title.
    member internal Summary: string

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
    ///
    /// Raises ArgumentException if a series has not as many values of y, or labels, as of x.
    val lines: title: string -> x: Axis -> y: Axis -> series: Series list -> Chart

    /// Draws points: a map of representations, predicted against measured.
    ///
    /// Raises ArgumentException if a series has not as many values of y, or labels, as of x.
    val scatter: title: string -> x: Axis -> y: Axis -> series: Series list -> Chart

    /// Draws bars, from left to right.
    val bars: title: string -> x: Axis -> y: Axis -> bars: Bar list -> Chart

    /// A bar without a whisker.
    val bar: label: string -> value: float -> Bar

    /// A bar with a whisker from `low` to `high`.
    val barWithin: low: float -> high: float -> label: string -> value: float -> Bar

    /// Colours a table: a mutational scan, hidden units along a protein. The legend names what the colours mean; NaN is
    /// grey.
    ///
    /// Raises ArgumentException if there are names of rows or columns, but not one for each.
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
    ///
    /// Raises ArgumentException if there are no bins.
    val histogram: title: string -> x: Axis -> bins: int -> groups: (string * float[]) list -> Chart

    /// Gives a chart another size, in pixels.
    ///
    /// Raises ArgumentException if a side is not positive.
    val sized: width: int -> height: int -> chart: Chart -> Chart

    /// Draws a chart as SVG: self-contained, legible on light and dark pages, in colours that the colour-blind tell
    /// apart.
    ///
    /// Raises ArgumentException if a value on a logarithmic axis is not positive, or if the parts of the chart do not
    /// belong together: see how charts are made. What is not a finite number is left out; a chart of nothing has axes.
    val toSvg: chart: Chart -> string

    /// Writes a chart as SVG to a file, complete or not at all. The name of the file ends in `.svg`; HTML pages are written
    /// by `Chart.savePage` of the package UniRep.Plotly.
    ///
    /// Raises ArgumentException for any other name, `map.png` too, and as `toSvg` does; IOException if the file cannot
    /// be written.
    val save: path: string -> chart: Chart -> unit
