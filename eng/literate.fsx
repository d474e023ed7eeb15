// Literate F# scripts as cells, and cells with outputs as Jupyter notebooks.
module Literate

open System
open System.IO
open System.Text.Encodings.Web
open System.Text.Json
open System.Text.Json.Nodes

/// What a cell is asked to show at its end.
type Shown =
    /// The value of the last expression: `(*** include-it ***)`.
    | Value
    /// What was printed: `(*** include-output ***)`.
    | Printed

type Cell =
    | Text of lines: string list
    | Code of lines: string list * shown: Shown list

let private trim (lines: string list) =
    let blank = String.IsNullOrWhiteSpace

    lines
    |> List.skipWhile blank
    |> List.rev
    |> List.skipWhile blank
    |> List.rev
    |> List.map _.TrimEnd()

/// Splits a script into cells. Text is kept as it was written.
let parse (lines: string seq) : Cell list =
    let code (lines: string list) shown rest =
        match trim (List.rev lines), shown with
        | [], [] -> rest
        | lines, shown -> Code(lines, List.rev shown) :: rest

    let text (lines: string list) rest =
        match trim (List.rev lines) with
        | [] -> rest
        | lines -> Text lines :: rest

    /// `cells` and the lines of the cell that is being read are in reverse.
    let rec inCode cells lines shown (rest: string list) =
        match rest with
        | [] -> List.rev (code lines shown cells)
        | "(*** include-it ***)" :: rest -> inCode cells lines (Value :: shown) rest
        | "(*** include-output ***)" :: rest -> inCode cells lines (Printed :: shown) rest
        | line :: rest when line.StartsWith "(**" && not (line.StartsWith "(***") ->
            inText (code lines shown cells) [] (line.Substring 3 :: rest)
        | line :: rest when not (List.isEmpty shown) ->
            inCode (code lines shown cells) [ line ] [] rest
        | line :: rest -> inCode cells (line :: lines) shown rest

    and inText cells lines (rest: string list) =
        match rest with
        | [] -> List.rev (text lines cells)
        | line :: rest when line.TrimEnd().EndsWith "*)" ->
            let last = line.TrimEnd()
            inCode (text (last.Substring(0, last.Length - 2) :: lines) cells) [] [] rest
        | line :: rest -> inText cells (line :: lines) rest

    inCode [] [] [] (List.ofSeq lines)

/// Whether fsdocs says that evaluation gave no value.
let hasFailed (output: JsonObject) =
    output.ToJsonString().Contains "No value returned by any evaluator"

let private joined (node: JsonNode) =
    match node with
    | :? JsonArray as lines -> lines |> Seq.map string |> String.concat ""
    | node -> string node

/// Lines as Jupyter writes them, each but the last with its line end.
let private lines (text: string list) : JsonNode =
    let last = text.Length - 1

    JsonArray
        [|
            for i, line in List.indexed text ->
                JsonValue.Create(if i = last then line else line + "\n") :> JsonNode
        |]

let private object (fields: (string * JsonNode) list) : JsonNode =
    let made = JsonObject()

    for name, value in fields do
        made.Add(name, value)

    made

let private word (text: string) = JsonValue.Create text :> JsonNode
let private number (value: int) = JsonValue.Create value :> JsonNode

/// An output of fsdocs with the type that viewers expect: a picture as SVG (HTML that holds one is emptied by GitHub),
/// printed text as a stream.
let private toOutput count shown (output: JsonObject) : JsonNode =
    let value (kind: string) (text: string) =
        object
            [
                ("data", object [ (kind, lines (List.ofArray (text.Split '\n'))) ])
                ("execution_count", number count)
                ("metadata", object [])
                ("output_type", word "execute_result")
            ]

    if output.ContainsKey "text/html" then
        let html = (joined output.["text/html"]).Trim()

        value
            (if html.StartsWith "<svg" then
                 "image/svg+xml"
             else
                 "text/html")
            html
    else
        let text = [ for line in output.["text/plain"].AsArray() -> string line ]

        match shown with
        | Value -> value "text/plain" (String.Join('\n', text))
        | Printed ->
            object
                [
                    ("name", word "stdout")
                    ("output_type", word "stream")
                    ("text", lines text)
                ]

let private format =
    JsonSerializerOptions(
        WriteIndented = true,
        IndentSize = 1,
        NewLine = "\n",
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping
    )

let private kernel =
    object
        [
            ("display_name", word ".NET (F#)")
            ("language", word "F#")
            ("name", word ".net-fsharp")
        ]

let private language =
    object
        [
            ("file_extension", word ".fs")
            ("mimetype", word "text/x-fsharp")
            ("name", word "F#")
            ("pygments_lexer", word "fsharp")
        ]

/// Writes cells as a notebook; `outputs` are those of the code cells.
let toNotebook (cells: Cell list) (outputs: JsonObject list list) =
    let rec write count cells outputs =
        match cells, outputs with
        | Text text :: cells, outputs ->
            object
                [
                    ("cell_type", word "markdown")
                    ("metadata", object [])
                    ("source", lines text)
                ]
            :: write count cells outputs
        | Code(code, shown) :: cells, made :: outputs ->
            let made = List.map2 (toOutput count) shown made

            object
                [
                    ("cell_type", word "code")
                    ("execution_count", number count)
                    ("metadata",
                     object [ ("polyglot_notebook", object [ ("kernelName", word "fsharp") ]) ])
                    ("outputs", JsonArray(Array.ofList made))
                    ("source", lines code)
                ]
            :: write (count + 1) cells outputs
        | _ -> []

    let notebook =
        object
            [
                ("cells", JsonArray(Array.ofList (write 1 cells outputs)))
                ("metadata",
                 object
                     [ ("kernelspec", kernel.DeepClone()); ("language_info", language.DeepClone()) ])
                ("nbformat", number 4)
                ("nbformat_minor", number 2)
            ]

    notebook.ToJsonString format + "\n"

/// The cells of a notebook, as they stand in its script.
let cellsOf (notebook: string) : Cell list =
    [
        for cell in JsonNode.Parse(notebook).["cells"].AsArray() do
            let source = joined cell["source"]
            let text = if source = "" then [] else List.ofArray (source.Split '\n')

            if string cell["cell_type"] = "code" then
                let shown (output: JsonNode) =
                    if string output["output_type"] = "stream" then
                        Printed
                    else
                        Value

                Code(text, [ for output in cell.["outputs"].AsArray() -> shown output ])
            else
                Text text
    ]

/// A notebook with the texts of cells whose code it has already, and its outputs as they are.
let withTexts (cells: Cell list) (notebook: string) =
    let code =
        List.map (function
            | Text _ -> None
            | Code(lines, shown) -> Some(lines, shown))

    if code cells <> code (cellsOf notebook) then
        None
    else
        let json = JsonNode.Parse notebook

        for cell, node in Seq.zip cells (json.["cells"].AsArray()) do
            match cell with
            | Text text -> node["source"] <- lines text
            | Code _ -> ()

        Some(json.ToJsonString format + "\n")

/// Code or output as HTML, in one line and without a letter that Markdown knows: fsdocs compiles what stands between fences.
let toHtml kind (text: string) =
    let letter (c: char) =
        if Char.IsAsciiLetterOrDigit c || c = ' ' || c > '\u007f' then
            string c
        else
            $"&#{int c};"

    let letters = text.TrimEnd() |> Seq.map letter |> String.concat ""
    $"<pre class=\"{kind}\"><code>{letters}</code></pre>\n"

/// A notebook as Markdown: text, code, and below it what it shows.
let toMarkdown (notebook: string) =
    let picture (svg: string) =
        let bytes = Text.Encoding.UTF8.GetBytes svg

        let name =
            Text.RegularExpressions.Regex.Match(svg, "aria-label=\"([^\"]*)\"").Groups[1].Value

        $"""<img alt="{name}" src="data:image/svg+xml;base64,{Convert.ToBase64String bytes}"/>"""

    [
        for cell in JsonNode.Parse(notebook).["cells"].AsArray() do
            let source = joined cell["source"]

            if string cell["cell_type"] = "code" then
                // fsdocs colours what stands between fences, and there is no package to find while it does.
                if source.Contains "#r " then
                    toHtml "code" source
                else
                    $"```fsharp\n{source}\n```\n"

                for output in cell.["outputs"].AsArray() do
                    if string output["output_type"] = "stream" then
                        toHtml "output" (joined output["text"])
                    else
                        let shown = output.["data"].AsObject()

                        if shown.ContainsKey "image/svg+xml" then
                            picture (joined shown["image/svg+xml"]) + "\n"
                        elif shown.ContainsKey "text/html" then
                            joined shown["text/html"] + "\n"
                        else
                            toHtml "output" (joined shown["text/plain"])
            else
                source + "\n"
    ]
    |> String.concat "\n"
