module UniRep.Tests.PrecisionTests

open UniRep
open UniRep.Compute
open Xunit

/// Proteins of E. coli, short so that the test takes seconds; states of 7 bits gave them cosines from 0.9968 to 0.9993.
let private proteins =
    [
        "MQDLSLEARLAELESRLAFQEITIEELNVTVTAHEMEMAKLRDHLRLLTEKLKASQPSNIASQAEETPPPHY"
        "MKRKIIVACGGAVATSTMAAEEIKELCQNHNIPVELIQCRVNEIETYMDGVHLICTTAKVDRSFGDIPLVHGMPFISGIGIEALQNKILTILQG"
        "MKIFQRYNPLQVAKYVKILFRGRLYIKDVGAFEFDKGKILIPKVKDKLHLSVMSEVNRQVMRLQTEMA"
        "MENNEIQSVLMNALSLQEVHVSGDGSHFQVIAVGELFDGMSRVKKQQTVYGPLMEYIADNRIHAVSIKAYTPAEWARDRKLNGF"
        "MFALVLFVCYLDGGCEDIVVDVYNTEQQCLYSMSDQRIRQGGCFPIEDFIDGFWRPAQEYGDF"
    ]
    |> List.map Golden.parse

let private finals precision path =
    let settings =
        { Backend.automatic with
            Precision = precision
        }

    match Model.load settings path with
    | Error error -> invalidOp (WeightStore.describe error)
    | Ok model ->
        use model = model
        Model.representMany model proteins |> Seq.map _.Final |> Array.ofSeq

let private cosine (x: float32[]) (y: float32[]) =
    let dot (x: float32[]) (y: float32[]) =
        Array.fold2 (fun sum a b -> sum + float a * float b) 0.0 x y

    dot x y / sqrt (dot x x * dot y y)

[<Fact>]
let ``final vectors of the 1900-unit model in int8 keep their directions`` () =
    let path = TestFiles.sharedPath "weights/paper-1900"

    let cosines =
        Array.map2 cosine (finals Precision.Exact path) (finals Precision.Int8 path)

    Assert.All(cosines, (fun cosine -> Assert.InRange(cosine, 0.9994, 1.0)))
