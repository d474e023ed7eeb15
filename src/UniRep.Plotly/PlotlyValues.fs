namespace UniRep.Plotly

open System
open Plotly.NET
open UniRep.Charts

/// Numbers, texts and colours as plotly.js reads them.
[<RequireQualifiedAccess>]
module internal PlotlyValues =
    /// Numbers; what is not finite is null, which plotly.js leaves out.
    let numbers (values: float seq) =
        [|
            for value in values ->
                if Double.IsFinite value then
                    value :> IConvertible
                else
                    Unchecked.defaultof<IConvertible>
        |]

    /// Text as plotly.js reads it, which interprets some tags of HTML and knows few entities by name. Plotly.NET fills the
    /// places [LAYOUT] and [CONFIG] of its script one after the other, so text must not look like one of them.
    let text (text: string) =
        (Lettering.escape text)
            .Replace("&quot;", "&#34;")
            .Replace("[LAYOUT]", "&#91;LAYOUT]")
            .Replace("[CONFIG]", "&#91;CONFIG]")
            .Replace("\n", "<br>")

    let texts (texts: string seq) = [| for one in texts -> text one |]

    let colour (css: string) = Color.fromString css
    let clear = colour "rgba(0,0,0,0)"
    let grey = colour "#888888"
