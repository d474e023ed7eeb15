/// Reads what a chart gives plotly.js.
module UniRep.Tests.Figure

open System.Text.Json.Nodes
open System.Text.RegularExpressions
open Plotly.NET
open UniRep.Charts

let private parse (json: string) =
    match JsonNode.Parse json with
    | null -> invalidOp "null"
    | node -> node

/// The traces and the layout of a chart, as JSON.
let private figure chart =
    UniRep.Plotly.Chart.toPlotly chart |> GenericChart.toFigureJson |> parse

/// A part of an object or an array: `at [ "marker"; "color" ] trace`.
let at (path: string list) (node: JsonNode) =
    (node, path)
    ||> List.fold (fun node name ->
        match node[name] with
        | null -> invalidOp $"there is no {name} in {node}"
        | found -> found)

let has (name: string) (node: JsonNode) = node.AsObject().ContainsKey name

let traces chart =
    [
        for trace in (at [ "data" ] (figure chart)).AsArray() do
            match trace with
            | null -> invalidOp "null"
            | trace -> trace
    ]

let trace chart = List.exactlyOne (traces chart)
let layout chart = at [ "layout" ] (figure chart)
let text path node = (at path node).GetValue<string>()
let number path node = (at path node).GetValue<float>()
let truth path node = (at path node).GetValue<bool>()

/// The numbers of an array; NaN is what is null there.
let private read (node: JsonNode) =
    [
        for value in node.AsArray() ->
            match value with
            | null -> nan
            | value -> value.GetValue<float>()
    ]

let numbers path node = read (at path node)

let rows path node =
    [
        for row in (at path node).AsArray() do
            match row with
            | null -> invalidOp "null"
            | row -> row
    ]

let table path node = rows path node |> List.map read

let texts path node =
    [ for value in rows path node -> value.GetValue<string>() ]

let rec private leaves (node: JsonNode) =
    match node with
    | :? JsonArray as items -> items |> Seq.map nonNull |> Seq.collect leaves |> List.ofSeq
    | value -> [ value.GetValue<string>() ]

/// All that a trace shows on hover.
let says trace = leaves (at [ "hovertext" ] trace)

/// What a page gives plotly.js under a name: data, layout or config.
let given name (page: string) =
    Regex.Match(page, $" var {name} = (.*);\r?$", RegexOptions.Multiline).Groups[1].Value
    |> parse

let x, y = Chart.axis "x", Chart.axis "y"
