/// What tests of campaigns in folders share.
module UniRep.Design.Tests.CampaignFolderExamples

open System.Globalization
open System.IO
open UniRep
open UniRep.Design
open UniRep.IO
open UniRep.Tests

let wildType = Toy.sequence "MKTAYI"

/// A campaign on every single mutant of a short protein.
let start folder : CampaignStart =
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

let model = lazy UniRep.model ()

let init folder =
    CampaignFolder.init RunOptions.none model.Value (start folder)

let next folder =
    CampaignFolder.next RunOptions.none model.Value None 8 folder

/// Fills the last column of a round's table.
let fill folder number value =
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

/// A measurement of a sequence, as the lab writes it.
let measure index (sequence: string) =
    (float (count 'W' sequence - count 'K' sequence) + 0.01 * float index)
        .ToString(CultureInfo.InvariantCulture)

/// Begins a campaign and chooses its first plate; gives its folder.
let begun (folder: TestFolder) =
    let path = folder.Path "campaign"
    init path |> Result.orRaise |> ignore
    next path |> Result.orRaise |> ignore
    path

let message result =
    match result with
    | Error(error: CampaignError) -> error.Message
    | Ok _ -> ""

/// Changes the lines of a file.
let edit path (change: string[] -> string[]) =
    File.WriteAllLines(path, change (File.ReadAllLines path))
