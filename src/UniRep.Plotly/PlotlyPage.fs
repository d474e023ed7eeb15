namespace UniRep.Plotly

open Giraffe.ViewEngine
open Newtonsoft.Json
open Plotly.NET
open UniRep.Charts

/// Writes a chart of Plotly.NET as a complete page that needs no network.
[<RequireQualifiedAccess>]
module internal PlotlyPage =
    /// Lets nothing be fetched.
    let private policy =
        "default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; img-src data: blob:; form-action 'none'"

    /// What must come before plotly.js: the policy, to apply to it, and the encoding, which browsers look for in the first
    /// 1024 bytes. Plotly.NET puts the script first.
    let private start =
        $"""<html lang="en"><head><meta charset="utf-8"><meta http-equiv="Content-Security-Policy" content="{policy}">"""

    let private style (sheet: Sheet) =
        rawText
            $"""<meta name="viewport" content="width=device-width"><meta name="color-scheme" content="light dark"><style>body{{margin:1em;font-family:sans-serif}}#chart{{max-width:{sheet.Width}px}}</style>"""

    /// Gives letters and whiskers the colour that the reader prefers, light or dark.
    let private tint =
        """<script>
const dark = matchMedia("(prefers-color-scheme: dark)");
const tint = () => {
  const chart = document.getElementById("chart"), color = dark.matches ? "#ddd" : "#333";
  if (chart.data.some(trace => trace.error_y)) Plotly.restyle(chart, { "error_y.color": color });
  Plotly.relayout(chart, { "font.color": color });
};
dark.addEventListener("change", tint);
addEventListener("load", tint);
</script>"""

    let private json (value: 'value) =
        JsonConvert.SerializeObject(value, Globals.JSON_CONFIG)

    let draw (sheet: Sheet) chart =
        let script =
            HTML.CreateChartScript(
                data = json (GenericChart.getTraces chart),
                layout = json (GenericChart.getLayout chart),
                config = json (GenericChart.getConfig chart),
                plotlyReference = PlotlyJSReference.Full,
                guid = "chart"
            )

        let page =
            HTML.Doc(
                chart = [ div [ _id "chart" ] []; script ],
                documentTitle = sheet.Title,
                documentDescription = "A chart by UniRep.Plotly",
                documentCharset = "utf-8",
                documentFavicon = link [ _rel "icon"; _href "data:," ],
                plotlyReference = PlotlyJSReference.Full,
                AdditionalHeadTags = [ style sheet ],
                ChartDescription = [ rawText tint ]
            )
            |> RenderView.AsString.htmlDocument

        let head = "<html><head>"
        let at = page.IndexOf(head, System.StringComparison.Ordinal)
        page.Remove(at, head.Length).Insert(at, start)
