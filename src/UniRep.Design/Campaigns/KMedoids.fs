namespace UniRep.Design

open System
open UniRep.Training

/// Groups points around some of them (k-medoids, by Voronoi iteration), from a start as k-means++ makes it.
[<RequireQualifiedAccess>]
module internal KMedoids =
    let private mostRounds = 50

    let private distance (points: float[,]) a b =
        let mutable sum = 0.0

        for axis in 0 .. Array2D.length2 points - 1 do
            let difference = points[a, axis] - points[b, axis]
            sum <- sum + difference * difference

        sqrt sum

    /// Draws medoids one after another, far points more likely.
    let private start (random: SplitMix) count (points: float[,]) =
        let length = Array2D.length1 points
        let medoids = Array.create count (random.Below length)
        let nearest = Array.init length (distance points medoids[0])

        for k in 1 .. count - 1 do
            let weights = nearest |> Array.map (fun d -> d * d)
            let target = random.Unit() * Array.sum weights
            let mutable sum = 0.0
            let mutable chosen = -1

            for index in 0 .. length - 1 do
                if (chosen < 0 || sum <= target) && weights[index] > 0.0 then
                    sum <- sum + weights[index]
                    chosen <- index

            // Points that all lie on medoids: any one that is none.
            if chosen < 0 then
                chosen <-
                    seq { 0 .. length - 1 }
                    |> Seq.find (fun index -> Array.IndexOf(medoids, index, 0, k) < 0)

            medoids[k] <- chosen

            for index in 0 .. length - 1 do
                nearest[index] <- min nearest[index] (distance points index chosen)

        medoids

    let private assign points (medoids: int[]) index =
        match Array.IndexOf(medoids, index) with
        | -1 ->
            seq { 0 .. medoids.Length - 1 }
            |> Seq.minBy (fun k -> distance points index medoids[k])
        | own -> own

    let private centre points (members: int[]) =
        members
        |> Array.minBy (fun candidate -> members |> Array.sumBy (distance points candidate))

    /// Gives so many different points, each in the middle of its group.
    let find (random: SplitMix) count (points: float[,]) =
        let rec improve round medoids =
            let groups =
                [| 0 .. Array2D.length1 points - 1 |] |> Array.groupBy (assign points medoids)

            let better = Array.copy medoids

            for k, members in groups do
                better[k] <- centre points members

            if round = mostRounds || better = medoids then
                better
            else
                improve (round + 1) better

        improve 1 (start random count points)
