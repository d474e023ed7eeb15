namespace UniRep.Plotly

open Plotly.NET

/// Draws charts of UniRep.Charts with Plotly.NET. With `open UniRep.Charts` and `open UniRep.Plotly`, the functions of both
/// modules are found under the name `Chart`, and those of Plotly.NET's `Chart` as well after `open Plotly.NET`.
[<RequireQualifiedAccess>]
module Chart =
    /// Gives the chart of Plotly.NET that shows the same marks, with their values on hover: to style it further, to
    /// combine it with others, or to show it in a notebook. Its height is that of the chart; its width follows the page.
    ///
    /// Raises ArgumentException if a value on a logarithmic axis is not positive, or if the parts of the chart do not
    /// belong together: see how charts are made. What is not a finite number is left out; a chart of nothing has axes.
    val toPlotly: chart: UniRep.Charts.Chart -> GenericChart

    /// Draws a chart as a complete HTML page that shows the values on hover. The page is about 3.6 MB: plotly.js is
    /// inside, and nothing is fetched. The same chart gives the same page.
    ///
    /// Raises ArgumentException as `toPlotly` does.
    val toPage: chart: UniRep.Charts.Chart -> string

    /// Writes a chart as a page to a file, complete or not at all. The name of the file ends in `.html` or `.htm`.
    ///
    /// Raises ArgumentException for any other name, and as `toPlotly` does; IOException if the file cannot be written.
    val savePage: path: string -> chart: UniRep.Charts.Chart -> unit
