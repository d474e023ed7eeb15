namespace UniRep.Plotly

open System
open System.IO
open Plotly.NET
open UniRep.Charts

[<RequireQualifiedAccess>]
module Chart =
    let private ofSheet (sheet: Sheet) =
        let config =
            Config.init (Responsive = true, Displaylogo = false, ShowSendToCloud = false)

        let layout, display = PlotlyLayout.make sheet, Defaults.DefaultDisplayOptions

        match PlotlyTraces.make sheet with
        | [ trace ] -> GenericChart.Chart(trace, layout, config, display)
        | traces -> GenericChart.MultiChart(traces, layout, config, display)

    let toPlotly (chart: UniRep.Charts.Chart) = ofSheet chart.Sheet

    let toPage (chart: UniRep.Charts.Chart) =
        PlotlyPage.draw chart.Sheet (toPlotly chart)

    let savePage (path: string) (chart: UniRep.Charts.Chart) =
        match ChartFile.extension path with
        | ".html"
        | ".htm" -> ChartFile.write path (toPage chart)
        | ".svg" ->
            raise (
                ArgumentException(
                    $"{path}: a page is saved as .html or .htm; Chart.save of UniRep.Charts writes .svg",
                    nameof path
                )
            )
        | other ->
            raise (
                ArgumentException(
                    $"{path}: a page is saved as .html or .htm, not as {ChartFile.kind other}",
                    nameof path
                )
            )
