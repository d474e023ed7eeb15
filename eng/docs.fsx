// Builds the site: guides, notebooks with their outputs, and the reference of the libraries, into artifacts/site; then checks
// that every link within it leads somewhere.
//
//     dotnet fsi eng/docs.fsx
//
// The libraries must have been built in Release. The files of the site are copied to artifacts/site-input in the layout of the
// repository, with the README as its first page; links to files that are no part of the site become plain text there.
#load "literate.fsx" "reference.fsx" "links.fsx" "finish.fsx"

open System
open System.Diagnostics
open System.IO
open System.Text.RegularExpressions
open Literate
open Reference
open Links
open Finish

let root = Path.GetFullPath(Path.Combine(__SOURCE_DIRECTORY__, ".."))
let input = Path.Combine(root, "artifacts", "site-input")
let site = Path.Combine(root, "artifacts", "site")

/// The guides in the order of the menu: what a newcomer needs first, then the others by name.
let guides =
    let first =
        [
            "getting-started.md"
            "reading-output.md"
            "training.md"
            "zero-shot.md"
            "design.md"
        ]

    let all =
        Directory.GetFiles(Path.Combine(root, "docs"), "*.md")
        |> Array.map (Path.GetFileName >> string)
        |> Array.sort

    first @ List.except first (List.ofArray all)

/// Where the pages of the site come from, and where they go.
let pages =
    [
        "README.md", "index.md"
        "CHANGELOG.md", "CHANGELOG.md"
        "CONTRIBUTING.md", "CONTRIBUTING.md"
        "SECURITY.md", "SECURITY.md"
        "LICENSE", "LICENSE.md"
        for guide in guides do
            $"docs/{guide}", $"docs/{guide}"
        for notebook in Directory.GetFiles(Path.Combine(root, "notebooks"), "*.ipynb") |> Array.sort do
            let name = Path.GetFileNameWithoutExtension notebook
            $"notebooks/{name}.ipynb", $"notebooks/{name}.md"
        "scripts/README.md", "scripts/README.md"
        for card in Directory.GetFiles(Path.Combine(root, "weights"), "*.md") |> Array.sort do
            let name = Path.GetFileName card
            $"weights/{name}", $"weights/{name}"
        "notebooks/README.md", "notebooks/README.md"
        "notebooks/sample/README.md", "notebooks/sample/README.md"
    ]

let pageOf = Map.ofList pages
let link = Regex @"(?<!!)\[(?<text>[^\]]+)\]\((?<target>[^)\s]+)\)"

/// The anchors of a file's headings: those that links in the repository name, and those that fsdocs makes.
let anchorsOf (file: string) =
    Map.ofSeq
        [
            for heading in
                Regex.Matches(File.ReadAllText file, @"^#+ (?<text>.+)$", RegexOptions.Multiline) do
                let text = heading.Groups["text"].Value

                let linked =
                    Regex.Replace(text.ToLowerInvariant(), @"[^\w\- ]", "").Replace(' ', '-')

                let words = Regex.Matches(text, @"\w+") |> Seq.map _.Value
                linked, String.concat "-" words
        ]

/// Turns links between files of the repository into links between pages of the site.
let relink (source: string) (target: string) (text: string) =
    let folder = Path.GetDirectoryName(Path.Combine(root, source)) |> string

    link.Replace(
        text,
        fun found ->
            let address = found.Groups["target"].Value

            let file, anchor =
                match address.IndexOf '#' with
                | -1 -> address, ""
                | at -> address[.. at - 1], address[at..]

            let anchorIn path =
                if anchor = "" then
                    ""
                else
                    let known = (anchorsOf (Path.Combine(root, path))).TryFind anchor[1..]
                    "#" + Option.defaultValue anchor[1..] known

            if address.Contains "://" then
                found.Value
            elif file = "" then
                let words = found.Groups["text"].Value
                $"[{words}]({anchorIn source})"
            else
                let path =
                    Path
                        .GetRelativePath(root, Path.GetFullPath(Path.Combine(folder, file)))
                        .Replace('\\', '/')

                match pageOf.TryFind path with
                | Some page ->
                    let from = Path.GetDirectoryName(Path.Combine(root, target)) |> string

                    let other =
                        Path.GetRelativePath(from, Path.Combine(root, page)).Replace('\\', '/')

                    let words = found.Groups["text"].Value
                    let address = Path.ChangeExtension(other, ".html")
                    $"[{words}]({address}{anchorIn path})"
                | None -> found.Groups["text"].Value
    )

/// Code that asks for packages or files is shown, not compiled.
let fence =
    Regex(
        @"^[ ]*```\w*\n(?<code>((?!```)[\s\S])*?^[ ]*\#(load|r)\b[\s\S]*?)^[ ]*```[ ]*$",
        RegexOptions.Multiline
    )

let unfence (text: string) =
    fence.Replace(text, fun found -> toHtml "code" found.Groups["code"].Value)

/// A page begins with what fsdocs makes its menu of.
let frontMatter title category categoryIndex index =
    $"---\ntitle: {title}\ncategory: {category}\ncategoryindex: {categoryIndex}\nindex: {index}\n---\n\n"

let title (text: string) =
    let heading = Regex.Match(text, @"^# (?<title>.+)$", RegexOptions.Multiline)

    if heading.Success then
        heading.Groups["title"].Value.Replace(":", " –")
    else
        "Licence"

let category (source: string) =
    if source.EndsWith ".ipynb" then "Notebooks", 2
    elif source.StartsWith "docs" then "Guides", 1
    else "More", 3

let stage () =
    if Directory.Exists input then
        Directory.Delete(input, true)

    for index, (source, target) in List.indexed pages do
        let text = File.ReadAllText(Path.Combine(root, source))
        let text = if source.EndsWith ".ipynb" then toMarkdown text else text
        let path = Path.Combine(input, target)
        Directory.CreateDirectory(Path.GetDirectoryName path |> string) |> ignore
        let category, categoryIndex = category source

        File.WriteAllText(
            path,
            frontMatter (title text) category categoryIndex index
            + relink source target (unfence text)
        )

    // The site's own template: fsdocs' fetches fonts, icons and scripts.
    for part in Directory.GetFiles(Path.Combine(__SOURCE_DIRECTORY__, "site")) do
        File.Copy(part, Path.Combine(input, Path.GetFileName part |> string))

    let images = Path.Combine(input, "docs", "img")
    Directory.CreateDirectory images |> ignore

    for image in Directory.GetFiles(Path.Combine(root, "docs", "img")) do
        File.Copy(image, Path.Combine(images, Path.GetFileName image |> string))

let parameters = [ "root", "/"; "fsdocs-collection-name", "UniRep.FSharp" ]

let build () =
    let arguments =
        [
            "fsdocs"
            "build"
            "--strict"
            "--clean"
            "--mdcomments"
            "--input"
            input
            "--output"
            site
            "--projects"
            Path.Combine(root, "src", "UniRep.FSharp", "UniRep.FSharp.fsproj")
            Path.Combine(root, "src", "UniRep.Charts", "UniRep.Charts.fsproj")
            Path.Combine(root, "src", "UniRep.Plotly", "UniRep.Plotly.fsproj")
            Path.Combine(root, "src", "UniRep.Design", "UniRep.Design.fsproj")
            Path.Combine(root, "src", "UniRep.Torch", "UniRep.Torch.fsproj")
            Path.Combine(root, "src", "UniRep.Compute", "UniRep.Compute.csproj")
            Path.Combine(root, "src", "UniRep.Cuda", "UniRep.Cuda.csproj")
            "--properties"
            "Configuration=Release"
            "--parameters"
            for name, value in parameters do
                name
                value
        ]

    let info =
        ProcessStartInfo(
            "dotnet",
            arguments,
            WorkingDirectory = root,
            RedirectStandardOutput = true,
            RedirectStandardError = true
        )

    use fsdocs = Process.Start info
    let errors = fsdocs.StandardError.ReadToEndAsync()
    let output = fsdocs.StandardOutput.ReadToEnd()
    fsdocs.WaitForExit()

    if fsdocs.ExitCode <> 0 then
        eprintfn $"{output}{errors.Result}"

    fsdocs.ExitCode = 0

stage ()
let built = build ()

let problems =
    if built then
        finish site
        index site

        let libraries =
            [ "UniRep.FSharp"; "UniRep.Torch" ]
            |> List.map (fun name -> Path.Combine(root, "src", name))

        let empty = groupReference libraries site

        [
            for area in empty -> $"the reference has nothing in the area '{area}'"
            for link in brokenLinks site -> $"a link leads nowhere: {link}"
        ]
    else
        [ "fsdocs failed" ]

problems |> List.iter (eprintfn "%s")

if problems.IsEmpty then
    printfn "succeeded: 1\nfailed: 0"
else
    printfn "succeeded: 0\nfailed: 1"
    exit 1
