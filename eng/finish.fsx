// Puts right what fsdocs writes, for a site that can be read in any folder, without a server.

open System.IO
open System.Text.Json
open System.Text.Json.Nodes
open System.Text.RegularExpressions

/// fsdocs writes a unit of measure as the compiler keeps it: `MeasureProduct<hidden, MeasureOne>` for `hidden`.
let private measure =
    Regex
        """<span><a href="[^"]*measureproduct-2">MeasureProduct</a>&lt;<span>(?<unit>.*?),&#32;<a href="[^"]*measureone">MeasureOne</a></span>&gt;</span>"""

/// Puts right what fsdocs writes: units of measure by their names, and links relative to the page, so that the site can be read
/// in any folder, without a server.
let finish site =
    for page in Directory.GetFiles(site, "*.html", SearchOption.AllDirectories) do
        let up =
            Path.GetRelativePath(Path.GetDirectoryName page |> string, site).Replace('\\', '/')

        let html = measure.Replace(File.ReadAllText page, "${unit}")
        let html = Regex.Replace(html, "\\b(href|src)=\"/(?!/)", $"$1=\"{up}/")
        File.WriteAllText(page, html.Replace("const root = \"/\"", $"const root = \"{up}/\""))

/// Makes a script of the index for searching, since a page that was not served cannot fetch one; and removes what fsdocs adds
/// for its own template.
let index site =
    let pages =
        [
            for page in JsonNode.Parse(File.ReadAllText(Path.Combine(site, "index.json"))).AsArray() do
                let words =
                    [ page["content"]; page["headings"] ] |> List.map string |> String.concat " "

                let text = Regex.Replace(words.ToLowerInvariant(), @"\s+", " ")

                {|
                    uri = (string page["uri"]).TrimStart '/'
                    title = string page["title"]
                    text = text
                |}
        ]

    File.WriteAllText(
        Path.Combine(site, "search-index.js"),
        $"const searchIndex = {JsonSerializer.Serialize pages};\n"
    )

    for file in Directory.GetFiles(site, "*", SearchOption.AllDirectories) do
        let name = Path.GetRelativePath(site, file).Replace('\\', '/')
        let own = name.StartsWith "content/" && name <> "content/fsdocs-tips.js"

        if
            own
            || name.EndsWith ".md"
            || name.StartsWith "llms"
            || name = "index.json"
            || name = "NuGet.config"
        then
            File.Delete file
