// Finds links within a site that lead nowhere.

open System
open System.IO
open System.Net
open System.Text.RegularExpressions

/// Links of a page, without those that lead out of the site.
let private links (html: string) =
    [
        for found in Regex.Matches(html, """\b(?:href|src)="(?<target>[^"]*)" """.Trim()) do
            let target = WebUtility.HtmlDecode found.Groups["target"].Value

            if target <> "" && not (Regex.IsMatch(target, @"^(\w+:|//)")) then
                target
    ]

/// The links of a site that lead nowhere, each with its page.
let brokenLinks site =
    [
        for page in Directory.GetFiles(site, "*.html", SearchOption.AllDirectories) do
            let html = File.ReadAllText page

            for target in links html do
                let file = Uri.UnescapeDataString(Regex.Replace(target, "[#?].*", ""))

                let path =
                    if file = "" then
                        page
                    elif file.StartsWith "/" then
                        Path.Combine(site, file.TrimStart '/')
                    else
                        Path.Combine(Path.GetDirectoryName page |> string, file)

                if not (File.Exists path || Directory.Exists path) then
                    $"{Path.GetRelativePath(site, page)}: {target}"
                elif target.Contains '#' && path.EndsWith ".html" then
                    let anchor = Uri.UnescapeDataString(target.Substring(target.IndexOf '#' + 1))
                    let other = if path = page then html else File.ReadAllText path

                    if
                        anchor <> ""
                        && not (
                            Regex.IsMatch(other, $"""(id|name)=["']?{Regex.Escape anchor}["' >]""")
                        )
                    then
                        $"{Path.GetRelativePath(site, page)}: {target}"
    ]
    |> List.distinct
