// Groups the reference of the namespace UniRep by area: fsdocs lists the types of a namespace by name alone. A type belongs to
// the area of the file that declares it.

open System.IO
open System.Text.RegularExpressions

/// Areas of the namespace UniRep, by the names of the files at the top of the libraries.
let private areas =
    [
        "Start here", [ "UniRep"; "Model"; "Rep"; "Sequence"; "Residue"; "Variant" ]
        "Backends and results", [ "Backend"; "Cpu"; "Cuda"; "Output" ]
        "Weights", [ "Weights" ]
        "libtorch (package UniRep.Torch)", [ "Torch"; "TorchOptions"; "TorchError"; "TorchScan" ]
        "For C#", [ "Interop"; "UniRepBatch"; "TuningProgress" ]
        "Errors", [ "IError"; "UniRepException" ]
        "Display", [ "Display" ]
    ]

let private more = "More"

let private namespaces =
    [
        "UniRep",
        "The front door: sequences, vectors, models, backends; libtorch in the package UniRep.Torch."
        "UniRep.Charts", "Charts as SVG, principal components: the package UniRep.Charts."
        "UniRep.Compute",
        "The engines in C#, on the CPU and on NVIDIA GPUs: numbers in, numbers out. The library calls them; few programs need to."
        "UniRep.Definition",
        "The model as the paper has it, in float64: axes, step, gradient, Adam."
        "UniRep.Design",
        "Scores of mutants, top models, campaigns, new sequences, directed evolution: the package UniRep.Design."
        "UniRep.Formats", "Files of arrays: npy, pickle, safetensors."
        "UniRep.IO", "Sequences from files, tables, representations into files."
        "UniRep.ModelFiles", "Files of models: formats, the catalogue, download."
        "UniRep.Plotly", "Charts as HTML pages, with Plotly.NET: the package UniRep.Plotly."
        "UniRep.Training", "Fine-tuning and training from random weights."
    ]

let private declaration =
    Regex(
        @"^(?:type|and|module)\s+(?:internal\s+|private\s+)?(?<name>\w+)|^\[<Measure>\]\s*type\s+(?<name>\w+)",
        RegexOptions.Multiline
    )

/// The area of each type and module that the signatures of the libraries declare.
let private areaOf libraries =
    Map.ofList
        [
            for file in
                libraries
                |> List.collect (fun folder -> List.ofArray (Directory.GetFiles(folder, "*.fsi"))) do
                let folder = Path.GetFileNameWithoutExtension file

                let area =
                    areas
                    |> List.tryFind (fun (_, places) -> List.contains folder places)
                    |> Option.map fst
                    |> Option.defaultValue more

                for found in declaration.Matches(File.ReadAllText file) do
                    found.Groups["name"].Value, area
        ]

let private anchor (area: string) =
    "area-" + Regex.Replace(area.ToLowerInvariant(), "[^a-z]+", "-").Trim('-')

let private row = Regex @"<tr>\s*<td class=""fsdocs-entity-name"">[\s\S]*?</tr>"

let private table =
    Regex
        @"<table class=""table outer-list fsdocs-entity-list"">(?<head>[\s\S]*?<tbody>)(?<rows>[\s\S]*?)</table>"

let private nameOf = Regex @"<a name=""(?<name>[^""]+)"""

/// Parts the table of a namespace into one for each area.
let private group (areaOf: Map<string, string>) (html: string) =
    table.Replace(
        html,
        fun found ->
            let rows =
                [
                    for found in row.Matches found.Groups["rows"].Value do
                        let name = nameOf.Match(found.Value).Groups["name"].Value
                        // Without its type parameters.
                        let name = Regex.Match(name, @"^\w+").Value
                        areaOf.TryFind name |> Option.defaultValue more, found.Value
                ]

            let head = found.Groups["head"].Value

            [
                for area in List.map fst areas @ [ more ] do
                    match rows |> List.filter (fun (other, _) -> other = area) with
                    | [] -> ()
                    | members ->
                        let rows = members |> List.map snd |> String.concat "\n"

                        $"<h3 id=\"{anchor area}\">{area}</h3>\n<table class=\"table outer-list fsdocs-entity-list\">{head}{rows}</tbody></table>"
            ]
            |> String.concat "\n"
    )

/// Says in the list of namespaces what each holds, and names the areas of the first.
let private describe (html: string) =
    (html, namespaces)
    ||> List.fold (fun html (name, text) ->
        let links =
            [
                if name = "UniRep" then
                    for area, _ in areas do
                        $"<a href=\"unirep.html#{anchor area}\">{area}</a>"
            ]

        let list =
            if links.IsEmpty then
                ""
            else
                "<br>" + String.concat " · " links

        Regex.Replace(
            html,
            $@"(title=""{Regex.Escape name}"">[\s\S]*?</td>\s*<td>)(</td>)",
            $"$1{text}{list}$2"
        ))

/// Groups the reference below a site's folder; gives the areas that have no type.
let groupReference libraries site =
    let change page change =
        let path = Path.Combine(site, "reference", page)
        let html: string = change (File.ReadAllText path)
        File.WriteAllText(path, html)
        html

    let html = change "unirep.html" (group (areaOf libraries))
    change "index.html" describe |> ignore

    areas
    |> List.map fst
    |> List.filter (fun area -> not (html.Contains $"id=\"{anchor area}\""))
