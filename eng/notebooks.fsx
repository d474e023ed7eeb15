// Runs the notebooks, makes their .ipynb, and checks that each .ipynb belongs to its script.
//
//     dotnet fsi eng/notebooks.fsx run      [NAME…]    runs the scripts
//     dotnet fsi eng/notebooks.fsx execute  [NAME…]    executes each NAME.ipynb in the kernel of .NET Interactive
//     dotnet fsi eng/notebooks.fsx convert  [NAME…]    runs the scripts and writes NAME.ipynb, with outputs
//     dotnet fsi eng/notebooks.fsx retext   [NAME…]    writes the texts into NAME.ipynb, whose code and outputs stay as they are
//     dotnet fsi eng/notebooks.fsx check    [NAME…]    compares the cells of NAME.ipynb with those of NAME.fsx
//
// NAME is the beginning of a notebook's name: 02. Without one: all notebooks. The last line counts them.
#load "literate.fsx"

open System
open System.Diagnostics
open System.IO
open System.Text.Json.Nodes
open Literate

let root = Path.GetFullPath(Path.Combine(__SOURCE_DIRECTORY__, ".."))
let folder = Path.Combine(root, "notebooks")

/// Runs a program in a folder: how it ended, and what it said.
let startIn (directory: string) (program: string) (arguments: string list) =
    let info =
        ProcessStartInfo(
            program,
            arguments,
            WorkingDirectory = directory,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true
        )

    use child = Process.Start info
    child.StandardInput.Close()
    let errors = child.StandardError.ReadToEndAsync()
    let output = child.StandardOutput.ReadToEnd()
    child.WaitForExit()
    child.ExitCode, output + errors.Result

let start program arguments = startIn root program arguments

let run script =
    match start "dotnet" [ "fsi"; script ] with
    | 0, _ -> Ok()
    | code, said -> Error $"ended with {code}:\n{said}"

/// The outputs of each code cell, as fsdocs evaluates them, in the order in which they were asked for.
let evaluate script =
    let made = Path.Combine(Path.GetTempPath(), $"unirep-{Guid.NewGuid():N}.ipynb")

    match start "dotnet" [ "fsdocs"; "convert"; script; "--eval"; "-o"; made ] with
    | 0, said when File.Exists made ->
        let cells = JsonNode.Parse(File.ReadAllText made).["cells"].AsArray()
        File.Delete made

        let outputs =
            [
                for cell in cells do
                    if string cell["cell_type"] = "code" then
                        [ for output in cell.["outputs"].AsArray() -> output.["data"].AsObject() ]
            ]

        Ok(outputs, said)
    | code, said -> Error $"fsdocs ended with {code}:\n{said}"

let convert script =
    run script
    |> Result.bind (fun () -> evaluate script)
    |> Result.bind (fun (outputs, said) ->
        let cells = parse (File.ReadAllLines script)

        let wanted =
            cells
            |> List.choose (function
                | Code(_, shown) -> Some shown.Length
                | Text _ -> None)

        if wanted <> List.map List.length outputs then
            Error
                $"the cells ask for {wanted} outputs, fsdocs gave {List.map List.length outputs}:\n{said}"
        else
            match outputs |> List.concat |> List.tryFind hasFailed with
            | Some _ -> Error $"an output is missing:\n{said}"
            | None ->
                File.WriteAllText(Path.ChangeExtension(script, ".ipynb"), toNotebook cells outputs)
                Ok())

/// The errors among the outputs of an executed notebook.
let private errorsOf (notebook: string) =
    [
        for cell in JsonNode.Parse(File.ReadAllText notebook).["cells"].AsArray() do
            if string cell["cell_type"] = "code" then
                for output in cell.["outputs"].AsArray() do
                    if string output["output_type"] = "error" then
                        string output["evalue"]
    ]

/// Executes a notebook in the kernel, which finds the packages by notebooks/nuget.config.
let execute (script: string) =
    let made = Path.Combine(Path.GetTempPath(), $"unirep-{Guid.NewGuid():N}.ipynb")
    let notebook = Path.GetFileName(Path.ChangeExtension(script, ".ipynb"))

    let code, said =
        startIn
            folder
            "dotnet"
            [
                "dotnet-repl"
                "--default-kernel"
                "fsharp"
                "--run"
                notebook
                "--exit-after-run"
                "--output-path"
                made
            ]

    let errors = if File.Exists made then errorsOf made else [ said ]
    File.Delete made

    if code = 0 && errors.IsEmpty then
        Ok()
    else
        let found = String.concat "\n" errors
        Error $"ended with {code} in the kernel:\n{found}"

/// For a change of words alone: times that were measured on a quiet machine stay.
let retext script =
    let notebook = Path.ChangeExtension(script, ".ipynb")

    match withTexts (parse (File.ReadAllLines script)) (File.ReadAllText notebook) with
    | Some text -> Ok(File.WriteAllText(notebook, text))
    | None -> Error "its .ipynb has other code: convert it"

let check script =
    let notebook = Path.ChangeExtension(script, ".ipynb")

    if not (File.Exists notebook) then
        Error "it has no .ipynb"
    elif cellsOf (File.ReadAllText notebook) <> parse (File.ReadAllLines script) then
        Error "its .ipynb has other cells: convert it"
    else
        Ok()

let work, names =
    match List.ofArray fsi.CommandLineArgs.[1..] with
    | "run" :: names -> run, names
    | "execute" :: names -> execute, names
    | "convert" :: names -> convert, names
    | "retext" :: names -> retext, names
    | "check" :: names -> check, names
    | _ ->
        eprintfn "usage: dotnet fsi eng/notebooks.fsx run|execute|convert|retext|check [NAME…]"
        exit 2

let results =
    [
        for script in Directory.GetFiles(folder, "*.fsx") |> Array.sort do
            let name = Path.GetFileNameWithoutExtension script

            if
                List.isEmpty names
                || List.exists (fun (start: string) -> name.StartsWith start) names
            then
                let clock = Stopwatch.StartNew()
                let result = work script

                match result with
                | Ok() -> printfn $"{name}: %.1f{clock.Elapsed.TotalSeconds} s"
                | Error message -> eprintfn $"{name} {message}"

                Result.isOk result
    ]

let passed, failed = List.partition id results
printfn $"succeeded: {passed.Length}\nfailed: {failed.Length}"
exit (if failed.IsEmpty && not passed.IsEmpty then 0 else 1)
