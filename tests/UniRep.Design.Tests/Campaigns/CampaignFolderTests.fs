/// What the folder of a campaign keeps, and how a campaign goes on in it.
module UniRep.Design.Tests.CampaignFolderTests

open System.IO
open UniRep
open UniRep.Definition
open UniRep.Design
open UniRep.IO
open UniRep.ModelFiles
open UniRep.Testing
open UniRep.Tests
open Expecto
open CampaignFolderExamples

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
