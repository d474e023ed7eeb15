/// What of the past of a campaign may change, and what is refused.
module UniRep.Design.Tests.CampaignPastTests

open System.IO
open UniRep
open UniRep.Design
open UniRep.Testing
open UniRep.Tests
open Expecto
open CampaignFolderExamples

[<Tests>]
let tests =
    testList
        "CampaignPast"
        [
            testCase "vectors that were removed are computed again, changed ones are refused"
            <| fun () ->
                use folder = new TestFolder()
                let path = begun folder
                fill path 1 measure
                let vectors = Path.Combine(path, "vectors.bin")
                let before = File.ReadAllBytes vectors
                let changed = Array.copy before
                changed[99] <- changed[99] ^^^ 1uy
                File.WriteAllBytes(vectors, changed)

                Assert.equal
                    $"{vectors}: its numbers are not what was written: it has been changed or damaged"
                    (message (next path))

                changed[9] <- changed[9] ^^^ 1uy
                File.WriteAllBytes(vectors, changed)
                Assert.startsWith $"{vectors}: was computed by another model" (message (next path))
                File.Delete vectors
                next path |> Result.orRaise |> ignore
                Assert.equal before (File.ReadAllBytes vectors)

            testCase "a table that is not filled is told, as a whole and by cell"
            <| fun () ->
                use folder = new TestFolder()
                let path = begun folder
                let round = Path.Combine(path, "round-1.csv")

                Assert.startsWith
                    $"{round}: the column measured is empty: fill it"
                    (message (next path))

                fill path 1 (fun index sequence -> if index = 3 then "" else measure index sequence)
                Assert.startsWith $"{round}, line 4: the cell measured of " (message (next path))
                Assert.isFalse (File.Exists(Path.Combine(path, "round-2.csv")))

            testCase "a table that contradicts its round is refused by line"
            <| fun () ->
                use folder = new TestFolder()
                let path = begun folder
                fill path 1 measure
                let round = Path.Combine(path, "round-1.csv")
                let whole = File.ReadAllLines round
                let mutant = whole[1].Split(',')[0]

                let told change =
                    File.WriteAllLines(round, change whole)
                    message (next path)

                Assert.equal
                    $"{round}, line 10: {mutant} stands on line 2 already"
                    (told (fun lines -> Array.append lines [| lines[1] |]))

                Assert.equal
                    $"{round}, line 8: {mutant} of this round is missing"
                    (told (fun lines -> Array.append lines[..0] lines[2..]))

                Assert.equal
                    $"{round}, line 2: Q9Q is not of this round"
                    (told (fun lines ->
                        lines |> Array.map (fun line -> line.Replace(mutant + ",", "Q9Q,"))))

                Assert.equal
                    $"{round}, line 2: the sequence is not that of {mutant}"
                    (told (fun lines ->
                        let cells = lines[1].Split ','
                        cells[1] <- "WWWWWW"
                        Array.concat [ lines[..0]; [| String.concat "," cells |]; lines[2..] ]))

                Assert.matches
                    "line 2, column 'measured': 'high' is not a number"
                    (told (fun lines ->
                        let cells = lines[1].Split ','
                        cells[5] <- "high"
                        Array.concat [ lines[..0]; [| String.concat "," cells |]; lines[2..] ]))

                // The order of rows and the numbers that the program wrote may change, as in a spreadsheet.
                Assert.equal "" (told (fun lines -> Array.append lines[..0] (Array.rev lines[1..])))

            testCase "a measurement of the past does not change"
            <| fun () ->
                use folder = new TestFolder()
                let path = begun folder
                fill path 1 measure
                next path |> Result.orRaise |> ignore
                fill path 2 measure
                let round = Path.Combine(path, "round-1.csv")

                edit round (fun lines ->
                    let cells = lines[1].Split ','
                    cells[5] <- "77"
                    Array.concat [ lines[..0]; [| String.concat "," cells |]; lines[2..] ])

                Assert.matches
                    "round-1.csv: the measurement of .* was .* when the next round was chosen, now it is 77"
                    (message (next path))

            testCase "the same number written in another way is the same measurement"
            <| fun () ->
                use folder = new TestFolder()
                let path = begun folder
                fill path 1 (fun index _ -> if index = 1 then "NA" else $"{index}.50")
                next path |> Result.orRaise |> ignore
                fill path 2 measure
                let round = Path.Combine(path, "round-1.csv")
                edit round (Array.map _.Replace(".50", ".5"))
                Assert.equal 15 (next path |> Result.orRaise).Measurements

            testCase "a manifest that was edited is refused, whatever was changed"
            <| fun () ->
                use folder = new TestFolder()
                let path = begun folder
                fill path 1 (fun index _ -> $"{index}.5")
                let second = next path |> Result.orRaise
                fill path 2 measure
                let manifest = Path.Combine(path, "campaign.json")
                let text = File.ReadAllText manifest

                for before, now in
                    [
                        "\"Seed\": 2", "\"Seed\": 3"
                        "\"TopModel\": \"ridge\"", "\"TopModel\": \"low-n\""
                        "\"WarmStart\": true", "\"WarmStart\": false"
                        "\"Components\": 0", "\"Components\": 8"
                        "\"NormalScores\": false", "\"NormalScores\": true"
                        "\"2.5\"", "\"8.5\""
                        second.Mutants[0], second.Mutants[1]
                        model.Value.Fingerprint, System.String('0', 64)
                    ] do
                    let changed = text.Replace(before, now)
                    Assert.notEqual text changed
                    File.WriteAllText(manifest, changed)

                    Assert.equal
                        $"{manifest}: its content does not have the digest that it names: it has been changed or damaged"
                        (message (next path))

                // An edit in the past of both the manifest and the table of the round is one of the manifest.
                File.WriteAllText(manifest, text.Replace("\"2.5\"", "\"8.5\""))
                edit (Path.Combine(path, "round-1.csv")) (Array.map _.Replace(",2.5", ",8.5"))
                Assert.startsWith $"{manifest}: its content" (message (next path))
                Assert.isFalse (File.Exists(Path.Combine(path, "round-3.csv")))

            testCase "a past round that is missing is told by its file"
            <| fun () ->
                use folder = new TestFolder()
                let path = begun folder
                fill path 1 measure
                next path |> Result.orRaise |> ignore
                fill path 2 measure
                let round = Path.Combine(path, "round-1.csv")
                File.Delete round
                Assert.startsWith round (message (next path))

            testCase "a library, a manifest or a model that was changed is refused by name"
            <| fun () ->
                use folder = new TestFolder()
                let path = begun folder
                fill path 1 measure
                let library = Path.Combine(path, "library.csv")
                edit library (fun lines -> lines[.. lines.Length - 2])

                Assert.equal
                    $"{library}: it is not what the manifest says: it has been changed or damaged"
                    (message (next path))

                let manifest = Path.Combine(path, "campaign.json")
                use other = Model.load Cpu.automatic "open-256" |> Result.orRaise

                Assert.startsWith
                    $"{path}: the campaign was begun with the model of"
                    (message (CampaignFolder.next RunOptions.none other None 8 path))

                File.WriteAllText(manifest, "{")
                Assert.startsWith $"{manifest}: it is not the manifest" (message (next path))
        ]
