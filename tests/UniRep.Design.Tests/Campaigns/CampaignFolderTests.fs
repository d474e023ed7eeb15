module UniRep.Design.Tests.CampaignFolderTests

open System.Globalization
open System.IO
open UniRep
open UniRep.Definition
open UniRep.Design
open UniRep.IO
open UniRep.ModelFiles
open UniRep.Testing
open UniRep.Tests
open Expecto

let private wildType = Toy.sequence "MKTAYI"

let private start folder : CampaignStart =
    {
        WildType = wildType
        FirstNumber = 1
        Library = None
        Pool = Pool.Average
        Options =
            { Campaign.usual with
                First = FirstRound.ZeroShot
                Strategy = Strategy.Ucb
                TopModel = TopModelOptions.usual TopModelMethod.Ridge
                Components = 0
                NormalScores = false
                WarmStart = true
                Seed = 2UL
            }
        Folder = folder
    }

let private model = lazy UniRep.model ()

let private init folder =
    CampaignFolder.init RunOptions.none model.Value (start folder)

let private next folder =
    CampaignFolder.next RunOptions.none model.Value None 8 folder

/// Fills the last column of a round's table.
let private fill folder number value =
    let path = Path.Combine(folder, $"round-{number}.csv")

    File.ReadAllLines path
    |> Array.mapi (fun index line ->
        if index = 0 then
            line
        else
            line + value index (line.Split(',')[1]))
    |> fun lines -> File.WriteAllLines(path, lines)

let private count (letter: char) (text: string) =
    text |> Seq.filter ((=) letter) |> Seq.length

let private measure index (sequence: string) =
    (float (count 'W' sequence - count 'K' sequence) + 0.01 * float index)
        .ToString(CultureInfo.InvariantCulture)

let private begun (folder: TestFolder) =
    let path = folder.Path "campaign"
    init path |> Result.orRaise |> ignore
    next path |> Result.orRaise |> ignore
    path

let private message result =
    match result with
    | Error(error: CampaignError) -> error.Message
    | Ok _ -> ""

let private edit path (change: string[] -> string[]) =
    File.WriteAllLines(path, change (File.ReadAllLines path))

[<Tests>]
let tests =
    testList
        "CampaignFolder"
        [
            testCase "a campaign goes through rounds, and the same input gives the same bits"
            <| fun () ->
                use folder = new TestFolder()

                let play name =
                    let path = folder.Path name
                    Assert.equal (Ok(6 * 19)) (init path)
                    let first = next path |> Result.orRaise
                    Assert.equal (1, 8, 0) (first.Number, first.Mutants.Length, first.Measurements)
                    fill path 1 measure
                    let second = next path |> Result.orRaise

                    Assert.equal
                        (2, 8, 8)
                        (second.Number, second.Mutants.Length, second.Measurements)

                    Assert.equal
                        16
                        (Array.append first.Mutants second.Mutants |> Array.distinct).Length

                    // A measurement that failed is no measurement.
                    fill path 2 (fun index sequence ->
                        if index = 1 then "NA" else measure index sequence)

                    Assert.equal 15 (next path |> Result.orRaise).Measurements

                    [ "campaign.json"; "library.csv"; "vectors.bin"; "round-3.csv" ]
                    |> List.map (fun file -> File.ReadAllBytes(Path.Combine(path, file)))

                Assert.equal (play "one") (play "other")

            testCase
                "the library is every single mutant with how much likelier it is than the wild type"
            <| fun () ->
                use folder = new TestFolder()
                let path = begun folder
                let table = SequenceTable.load (Path.Combine(path, "library.csv")) |> Result.orRaise
                let scores = SequenceTable.numbers "zero_shot" table |> Result.orRaise
                Assert.equal "M1A" table.Records[0].Id
                Assert.equal "AKTAYI" table.Records[0].Sequence.Letters

                let likelihood sequence =
                    Model.logLikelihood true model.Value sequence

                Assert.isWithin
                    1e-12
                    (likelihood table.Records[0].Sequence - likelihood wildType)
                    scores[0].Value

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

            testTheory
                "the top model of a campaign is kept, and chooses later plates"
                [ TopModelMethod.GaussianProcess; TopModelMethod.LowN ]
            <| fun top ->
                use folder = new TestFolder()

                let played (method: TopModelMethod) =
                    let path = folder.Path method.Name

                    CampaignFolder.init
                        RunOptions.none
                        model.Value
                        { start path with
                            Options.TopModel = TopModelOptions.usual method
                        }
                    |> Result.orRaise
                    |> ignore

                    next path |> Result.orRaise |> ignore
                    fill path 1 measure
                    next path |> Result.orRaise |> ignore
                    File.ReadAllText(Path.Combine(path, "round-2.csv"))

                Assert.notEqual (played TopModelMethod.Ridge) (played top)

            testCase "a campaign starts warm if the model knows the family"
            <| fun () ->
                let optionsOf text =
                    CampaignFolder.usual RunOptions.none model.Value (Toy.sequence text)

                // Nothing is easier to predict than a long run of one residue.
                Assert.equal
                    { Campaign.usual with WarmStart = true }
                    (optionsOf (System.String('A', 400)))

                Assert.equal
                    { Campaign.usual with
                        WarmStart = false
                    }
                    (optionsOf "WCHMYWPCFMHWYCMPWH")

            testCase "single mutants are named by the number of the first residue"
            <| fun () ->
                use folder = new TestFolder()
                let path = folder.Path "campaign"

                CampaignFolder.init RunOptions.none model.Value { start path with FirstNumber = 24 }
                |> Result.orRaise
                |> ignore

                let table = SequenceTable.load (Path.Combine(path, "library.csv")) |> Result.orRaise
                Assert.equal ("M24A", "I29Y") (table.Records[0].Id, (Array.last table.Records).Id)

            testTheory
                "a model trained backward or in both directions scores so, and its vectors are read forward"
                [
                    ReadingDirection.Backward, ", read backward", 1.0
                    ReadingDirection.Both, ", read in both directions", 0.5
                ]
            <| fun (direction, says, share) ->
                let weights = (WeightStore.resolve "open-256" |> Result.orRaise).Weights

                let card =
                    { weights.Card with
                        Provenance = $"trained from open-256 on 9 sequences, 2 epochs{says}"
                    }

                let load weights =
                    Model.ofWeights Cpu.automatic weights |> Result.orRaise

                use plain = load weights
                use turned = load (Weights.ofArrays card weights.Arrays)
                Assert.equal direction turned.Direction
                let mutants = [| "MKTAYW"; "WKTAYI"; "MKTWYI" |] |> Array.map Toy.sequence

                let candidatesOf model =
                    CampaignFolder.candidates RunOptions.none Pool.Average model wildType mutants

                let rows (candidates: Candidates) =
                    Array.init mutants.Length candidates.Features.Row

                let found = candidatesOf turned
                Assert.equal (rows (candidatesOf plain)) (rows found)
                let network = Mlstm.network weights

                let likelihood sequence =
                    (1.0 - share) * Array.sum (Mlstm.logLikelihoods network sequence)
                    + share * Array.sum (Mlstm.logLikelihoodsBackward network sequence)

                mutants
                |> Array.map (fun mutant -> likelihood mutant - likelihood wildType)
                |> Array.iter2 (Assert.isWithin 1e-3) found.ZeroShot

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

            testCase "a folder has one campaign, and a round writes over nothing"
            <| fun () ->
                use folder = new TestFolder()
                let path = begun folder
                Assert.startsWith $"{path}: holds a campaign already" (message (init path))
                let other = folder.Path "other"
                Assert.startsWith $"{other}: holds no campaign" (message (next other))
                fill path 1 measure
                let second = Path.Combine(path, "round-2.csv")
                File.WriteAllText(second, "mine")
                Assert.startsWith $"{second}: stands where the next round" (message (next path))
                Assert.equal "mine" (File.ReadAllText second)

            testCase "candidates with one sequence or one name are refused by line"
            <| fun () ->
                use folder = new TestFolder()

                let init text =
                    let file = folder.WriteText("library.csv", text)

                    CampaignFolder.init
                        RunOptions.none
                        model.Value
                        { start (folder.Path "campaign") with
                            Library = Some(SequenceTable.load file |> Result.orRaise)
                        }
                    |> message

                Assert.endsWith
                    "library.csv, line 3: b has the sequence of a"
                    (init "id,sequence\na,MKW\nb,MKW\n")

                Assert.endsWith
                    "library.csv, line 3: there are two candidates called a"
                    (init "id,sequence\na,MKW\na,MKV\n")

            testCase "more places than candidates are left is told"
            <| fun () ->
                use folder = new TestFolder()
                let path = begun folder
                fill path 1 measure

                Assert.equal
                    "106 candidates are left, 107 are asked for"
                    (message (CampaignFolder.next RunOptions.none model.Value None 107 path))
        ]
