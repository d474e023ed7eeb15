module UniRep.Tests.DocumentationTests

open System.IO
open System.Text.RegularExpressions
open Expecto
open UniRep.Testing

let private declaration =
    Regex @"^\s*(?:type|module|val|member|static member|abstract|new:)(?! private| internal)\b"

/// The declarations of a signature file that have no comment, not counting attributes between the two.
let private undocumented (path: string) =
    let lines = File.ReadAllLines path

    let rec isDocumented at =
        at > 0
        && (let above = lines[at - 1].Trim() in

            above.StartsWith "///" || (above.StartsWith "[<" && isDocumented (at - 1)))

    [
        for at in 0 .. lines.Length - 1 do
            if declaration.IsMatch lines[at] && not (isDocumented at) then
                $"{Path.GetFileName path}: {lines[at].Trim()}"
    ]

[<Tests>]
let tests =
    testList
        "DocumentationTests"
        [
            testCase "every public declaration says what it is"
            <| fun () ->
                let signatures =
                    Directory.GetFiles(
                        TestFiles.repositoryPath "src",
                        "*.fsi",
                        SearchOption.AllDirectories
                    )

                let names = signatures |> Array.map (Path.GetFileName >> string)
                Assert.has "Model.fsi" names
                Assert.has "Chart.fsi" names
                Assert.isEmpty (Seq.collect undocumented signatures)
        ]
